using SigningAuthority.IssuanceLog.Entries;

namespace SigningAuthority.UnitTests.IssuanceLog.Entries;

/// <summary>One entry of each kind, with the bytes it must have for ever.</summary>
internal static class SampleEntries
{
    internal const string A = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    internal const string B = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
    internal const string C = "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc";

    internal static readonly DateTimeOffset At = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
    internal static readonly Guid Id = new("01930000-0000-7000-8000-0000000000ab");

    private const string Times = "\"notBefore\":\"2026-11-20T12:00:00.000000Z\",\"notAfter\":\"2027-11-20T12:00:00.000000Z\"";

    private static DateTimeOffset Later => At.AddYears(1);

    internal static IReadOnlyList<(LogEntry Entry, string Details)> All { get; } =
    [
        (
            new RequestSubmitted
            {
                At = At,
                Actor = "x",
                Kind = "Device",
                CsrSha256 = A,
                PublicKeySha256 = B,
                Devices = ["SPA962", "SPA504G"],
                Generations = ["sipura"],
                PolicyVersion = "7",
                PolicyHash = C,
                SourceAddress = "192.0.2.1",
                ApprovalsNeeded = 2,
                Issue = 2,
                ReissueReason = "rework",
            },
            $$"""{"kind":"Device","csrSha256":"{{A}}","publicKeySha256":"{{B}}","devices":["SPA962","SPA504G"],"generations":["sipura"],"policyVersion":"7","policyHash":"{{C}}","sourceAddress":"192.0.2.1","approvalsNeeded":2,"issue":2,"reissueReason":"rework"}"""
        ),
        (
            new RequestRefused
            {
                At = At,
                Actor = "x",
                Where = "door",
                CsrSha256 = A,
                PolicyVersion = "7",
                PolicyHash = C,
                Violations =
                [
                    new("key-too-small", "csr.key", "2048", "1024", "ca-config"),
                    new("name-wildcard", "csr.subject", "a name", "*.telco.net", "guide"),
                ],
            },
            $$"""{"where":"door","csrSha256":"{{A}}","policyVersion":"7","policyHash":"{{C}}","violations":[{"code":"key-too-small","field":"csr.key","expected":"2048","actual":"1024","source":"ca-config"},{"code":"name-wildcard","field":"csr.subject","expected":"a name","actual":"*.telco.net","source":"guide"}]}"""
        ),
        (
            new RequestChecked
            {
                At = At,
                Actor = "x",
                Accepted = false,
                CsrSha256 = A,
                Devices = ["SPA962"],
                Generations = [],
                Violations = ["key-too-small"],
                PolicyVersion = "7",
                PolicyHash = C,
            },
            $$"""{"accepted":false,"csrSha256":"{{A}}","devices":["SPA962"],"generations":[],"violations":["key-too-small"],"policyVersion":"7","policyHash":"{{C}}"}"""
        ),
        (
            new RequestFailed
            {
                At = At,
                Actor = "x",
                Reason = "token away",
                Attempts = 5,
            },
            """{"reason":"token away","attempts":5}"""
        ),
        (
            new RequestRetried
            {
                At = At,
                Actor = "x",
                Reason = "token back",
            },
            """{"reason":"token back"}"""
        ),
        (
            new RequestApproved
            {
                At = At,
                Actor = "x",
                Decision = new SignedDecision(Id, "known customer", B, new byte[] { 0x30, 0x01, 0x00 }),
                Given = 1,
                Needed = 2,
                CsrSha256 = A,
                PolicyVersion = "7",
                PolicyHash = C,
            },
            $$"""{"officerId":"{{Id}}","reason":"known customer","statementSha256":"{{B}}","signature":"MAEA","given":1,"needed":2,"csrSha256":"{{A}}","policyVersion":"7","policyHash":"{{C}}"}"""
        ),
        (
            new RequestWithdrawn
            {
                At = At,
                Actor = "x",
                Reason = "the wrong name",
            },
            """{"reason":"the wrong name"}"""
        ),
        (
            new DecisionRefused
            {
                At = At,
                Actor = "x",
                OfficerId = Id,
                PolicyVersion = "7",
                PolicyHash = C,
                Violations = [new("approval-own-request", "officer", "another", "alice", "rule")],
            },
            $$"""{"officerId":"{{Id}}","policyVersion":"7","policyHash":"{{C}}","violations":[{"code":"approval-own-request","field":"officer","expected":"another","actual":"alice","source":"rule"}]}"""
        ),
        (
            new OfficerRegistered
            {
                At = At,
                Actor = "x",
                OfficerId = Id,
                Officer = "alice",
                PublicKeySha256 = A,
            },
            $$"""{"officerId":"{{Id}}","officer":"alice","publicKeySha256":"{{A}}"}"""
        ),
        (
            new OfficerRevoked
            {
                At = At,
                Actor = "x",
                OfficerId = Id,
                Officer = "alice",
            },
            $$"""{"officerId":"{{Id}}","officer":"alice"}"""
        ),
        (
            new ApprovalConfigured
            {
                At = At,
                Actor = "x",
                Provider = "telco",
                Generation = "cisco-2k",
                Mode = "TwoOfficers",
            },
            """{"provider":"telco","generation":"cisco-2k","mode":"TwoOfficers"}"""
        ),
        (
            new CertificateIntended
            {
                At = At,
                Actor = "x",
                Authority = "sipura",
                SerialNumber = "4C01",
                ToBeSignedSha256 = A,
                Profile = "provisioning-server",
                NotBefore = At,
                NotAfter = Later,
                PolicyVersion = "7",
                PolicyHash = C,
                IssuerSequence = 12,
            },
            $$"""{"authority":"sipura","serialNumber":"4C01","toBeSignedSha256":"{{A}}","profile":"provisioning-server",{{Times}},"policyVersion":"7","policyHash":"{{C}}","issuerSequence":12}"""
        ),
        (
            new CertificateIssued
            {
                At = At,
                Actor = "x",
                Fingerprint = B,
                Authority = "sipura",
                SerialNumber = "4C01",
                ToBeSignedSha256 = A,
                NotBefore = At,
                NotAfter = Later,
            },
            $$"""{"authority":"sipura","serialNumber":"4C01","toBeSignedSha256":"{{A}}",{{Times}}}"""
        ),
        (
            new CertificateDownloaded
            {
                At = At,
                Actor = "x",
                Authority = "sipura",
                SerialNumber = "4C01",
                Format = "pem",
            },
            """{"authority":"sipura","serialNumber":"4C01","format":"pem"}"""
        ),
        (
            new ReceiptDownloaded
            {
                At = At,
                Actor = "x",
                Fingerprint = B,
                Index = 73_894,
                TreeSize = 109_482,
            },
            """{"index":73894,"treeSize":109482}"""
        ),
        (
            new KitDownloaded
            {
                At = At,
                Actor = "x",
                Generations = ["sipura", "cisco-sb"],
                KitSha256 = A,
            },
            $$"""{"generations":["sipura","cisco-sb"],"kitSha256":"{{A}}"}"""
        ),
        (
            new RateLimited
            {
                At = At,
                Actor = "x",
                Limit = "submissions-per-hour",
                Allowed = 100,
                Window = 3600,
                Method = "POST",
                Path = "/api/v1/provider/requests",
            },
            """{"limit":"submissions-per-hour","allowed":100,"window":3600,"method":"POST","path":"/api/v1/provider/requests"}"""
        ),
        (
            new LimitSet
            {
                At = At,
                Actor = "x",
                Provider = "telco",
                Limit = "submissions-per-hour",
                Most = 500,
            },
            """{"provider":"telco","limit":"submissions-per-hour","most":500}"""
        ),
        (
            new RootsDownloaded
            {
                At = At,
                Actor = "x",
                Name = "spacroot.crt",
                Format = "pem",
            },
            """{"name":"spacroot.crt","format":"pem"}"""
        ),
        (
            new RootsIntended
            {
                At = At,
                Actor = "x",
                ManifestVersion = 2,
                ManifestSha256 = A,
                Changes = ["client-2: added"],
            },
            $$"""{"manifestVersion":2,"manifestSha256":"{{A}}","changes":["client-2: added"]}"""
        ),
        (
            new RootsPublished
            {
                At = At,
                Actor = "x",
                ManifestVersion = 2,
                ManifestSha256 = A,
                SignatureSha256 = B,
            },
            $$"""{"manifestVersion":2,"manifestSha256":"{{A}}","signatureSha256":"{{B}}"}"""
        ),
        (
            new EntriesExported
            {
                At = At,
                Actor = "x",
                From = 256,
                To = 70_000,
                TreeSize = 109_482,
            },
            """{"from":256,"to":70000,"treeSize":109482}"""
        ),
        (
            new LogRead
            {
                At = At,
                Actor = "x",
                FirstIndex = 65_536,
                LastIndex = 131_071,
            },
            """{"firstIndex":65536,"lastIndex":131071}"""
        ),
        (
            new EntriesQueried
            {
                At = At,
                Actor = "x",
                Query = "",
                Format = "csv",
            },
            """{"query":"","format":"csv"}"""
        ),
        (
            new AccessRefused
            {
                At = At,
                Actor = "anonymous",
                Method = "GET",
                Path = "/api/v1/audit/entries",
                Reason = "token-missing",
            },
            """{"method":"GET","path":"/api/v1/audit/entries","reason":"token-missing"}"""
        ),
        (
            new ProviderRegistered
            {
                At = At,
                Actor = "x",
                ProviderId = Id,
                Provider = "telco",
            },
            $$"""{"providerId":"{{Id}}","provider":"telco"}"""
        ),
        (
            new OrderCreated
            {
                At = At,
                Actor = "x",
                Order = "week-47",
                Products = ["SPA962"],
                MacRanges = ["000E08000000..000E0800FFFF"],
                Serials = ["FM500H######"],
                Quantity = 5000,
                Stations = ["line-1"],
                NotBefore = At,
                NotAfter = At,
                Profile = "cn-mac",
                KeySource = "Device",
                FileSha256 = new string('a', 64),
                SignedBy = "planning",
            },
            $$"""{"order":"week-47","products":["SPA962"],"macRanges":["000E08000000..000E0800FFFF"],"serials":["FM500H######"],"quantity":5000,"stations":["line-1"],"notBefore":"{{EntryTime.Format(At)}}","notAfter":"{{EntryTime.Format(At)}}","profile":"cn-mac","keySource":"Device","fileSha256":"{{new string('a', 64)}}","signedBy":"planning"}"""
        ),
        (
            new OrderRefused
            {
                At = At,
                Actor = "x",
                Order = "week-47",
                FileSha256 = new string('a', 64),
                SignedBy = "planning",
                Violations = [new LoggedViolation("order-signature-wrong", "signature", "e", "a", "s")],
            },
            $$"""{"order":"week-47","fileSha256":"{{new string('a', 64)}}","signedBy":"planning","violations":[{"code":"order-signature-wrong","field":"signature","expected":"e","actual":"a","source":"s"}]}"""
        ),
        (
            new OrderClosed
            {
                At = At,
                Actor = "x",
                Order = "week-47",
                Reason = "line moved",
                Drawn = 7,
                Quantity = 5000,
            },
            """{"order":"week-47","reason":"line moved","drawn":7,"quantity":5000}"""
        ),
        (
            new KeyPairRequested
            {
                At = At,
                Actor = "x",
                KeyPairId = Id,
                Order = "week-47",
                Product = "PAP2",
                PolicyVersion = "2",
                PolicyHash = new string('a', 64),
                SourceAddress = "192.0.2.1",
            },
            $$"""{"keyPairId":"{{Id}}","order":"week-47","product":"PAP2","policyVersion":"2","policyHash":"{{new string('a', 64)}}","sourceAddress":"192.0.2.1"}"""
        ),
        (
            new KeyPairMade
            {
                At = At,
                Actor = "x",
                KeyPairId = Id,
                PublicKeySha256 = new string('a', 64),
                CsrSha256 = new string('b', 64),
                RecipientSha256 = new string('c', 64),
                EnvelopeSha256 = new string('d', 64),
            },
            $$"""{"keyPairId":"{{Id}}","publicKeySha256":"{{new string('a', 64)}}","csrSha256":"{{new string('b', 64)}}","recipientSha256":"{{new string('c', 64)}}","envelopeSha256":"{{new string('d', 64)}}"}"""
        ),
        (
            new OcspKeyMade
            {
                At = At,
                Actor = "x",
                Authority = "client",
                KeyLabel = "ocsp-client-1",
                PublicKeySha256 = new string('a', 64),
            },
            $$"""{"authority":"client","keyLabel":"ocsp-client-1","publicKeySha256":"{{new string('a', 64)}}"}"""
        ),
        (
            new KeyPairErased
            {
                At = At,
                Actor = "x",
                KeyPairId = Id,
                Reason = KeyPairErased.Delivered,
            },
            $$"""{"keyPairId":"{{Id}}","reason":"delivered"}"""
        ),
        (
            new KeyPairAbandoned
            {
                At = At,
                Actor = "x",
                KeyPairId = Id,
                Reason = "line-1 burnt down",
            },
            $$"""{"keyPairId":"{{Id}}","reason":"line-1 burnt down"}"""
        ),
        (
            new ReservationMade
            {
                At = At,
                Actor = "x",
                ReservationId = Id,
                Key = "night-shift",
                Order = "week-47",
                Product = "SPA962",
                Units = 500,
                FirstMac = "000E08000001",
                FirstSerial = "FM500H000001",
                ExpiresAt = At,
            },
            $$"""{"reservationId":"{{Id}}","key":"night-shift","order":"week-47","product":"SPA962","units":500,"firstMac":"000E08000001","firstSerial":"FM500H000001","expiresAt":"{{EntryTime.Format(At)}}"}"""
        ),
        (
            new ReservationEnded
            {
                At = At,
                Actor = "x",
                ReservationId = Id,
                Key = "night-shift",
                Order = "week-47",
                Units = 500,
                Drawn = 499,
                Outcome = "Released",
            },
            $$"""{"reservationId":"{{Id}}","key":"night-shift","order":"week-47","units":500,"drawn":499,"outcome":"Released"}"""
        ),
        (
            new NameRegistered
            {
                At = At,
                Actor = "x",
                Provider = "telco",
                Name = "telco.net",
                IncludeSubdomains = true,
            },
            """{"provider":"telco","name":"telco.net","includeSubdomains":true}"""
        ),
        (
            new NameWithdrawn
            {
                At = At,
                Actor = "x",
                Provider = "telco",
                Name = "telco.net",
            },
            """{"provider":"telco","name":"telco.net"}"""
        ),
        (
            new NameChallenged
            {
                At = At,
                Actor = "x",
                Provider = "telco",
                Name = "telco.net",
                IncludeSubdomains = true,
                Method = "dns",
                ChallengeId = Id,
                ExpiresAt = Later,
            },
            $$"""{"provider":"telco","name":"telco.net","includeSubdomains":true,"method":"dns","challengeId":"{{Id}}","expiresAt":"2027-11-20T12:00:00.000000Z"}"""
        ),
        (
            new NameProven
            {
                At = At,
                Actor = "x",
                Provider = "telco",
                Name = "telco.net",
                IncludeSubdomains = false,
                Method = "http",
                ChallengeId = Id,
                ValidUntil = Later,
            },
            $$"""{"provider":"telco","name":"telco.net","includeSubdomains":false,"method":"http","challengeId":"{{Id}}","validUntil":"2027-11-20T12:00:00.000000Z"}"""
        ),
        (
            new NameProofFailed
            {
                At = At,
                Actor = "x",
                Provider = "telco",
                Name = "telco.net",
                Method = "dns",
                ChallengeId = Id,
                Code = "value-not-found",
                Seen = "no TXT record",
            },
            $$"""{"provider":"telco","name":"telco.net","method":"dns","challengeId":"{{Id}}","code":"value-not-found","seen":"no TXT record"}"""
        ),
        (
            new NameReproven
            {
                At = At,
                Actor = "x",
                Provider = "telco",
                Name = "telco.net",
                Method = "dns",
                ChallengeId = Id,
                ValidUntil = Later,
            },
            $$"""{"provider":"telco","name":"telco.net","method":"dns","challengeId":"{{Id}}","validUntil":"2027-11-20T12:00:00.000000Z"}"""
        ),
        (
            new NameLapsed
            {
                At = At,
                Actor = "x",
                Provider = "telco",
                Name = "telco.net",
                ChallengeId = Id,
                ValidUntil = Later,
            },
            $$"""{"provider":"telco","name":"telco.net","challengeId":"{{Id}}","validUntil":"2027-11-20T12:00:00.000000Z"}"""
        ),
        (
            new AddressLookedUp
            {
                At = At,
                Actor = "x",
                Expected = ["192.0.2.7"],
                Found = ["192.0.2.8"],
                Code = "address-mismatch",
            },
            """{"expected":["192.0.2.7"],"found":["192.0.2.8"],"code":"address-mismatch"}"""
        ),
        (
            new TokenCreated
            {
                At = At,
                Actor = "x",
                TokenId = Id,
                Role = "provider",
                Label = "portal",
                Provider = "telco",
                ExpiresAt = Later,
                Holder = "alice",
            },
            $$"""{"tokenId":"{{Id}}","role":"provider","label":"portal","provider":"telco","expiresAt":"2027-11-20T12:00:00.000000Z","holder":"alice"}"""
        ),
        (
            new TokenRevoked
            {
                At = At,
                Actor = "x",
                TokenId = Id,
            },
            $$"""{"tokenId":"{{Id}}"}"""
        ),
        (
            new StationEnrolled
            {
                At = At,
                Actor = "x",
                Fingerprint = B,
                Station = "line-1",
                SerialNumber = "4C01",
                NotAfter = Later,
            },
            """{"station":"line-1","serialNumber":"4C01","notAfter":"2027-11-20T12:00:00.000000Z"}"""
        ),
        (
            new StationRevoked
            {
                At = At,
                Actor = "x",
                Station = "line-1",
            },
            """{"station":"line-1"}"""
        ),
        (
            new PolicyReplayed
            {
                At = At,
                Actor = "x",
                PolicyVersion = "7",
                PolicyHash = C,
                ProposedVersion = "8",
                ProposedHash = A,
                Requests = 1000,
                Differences = 12,
            },
            $$"""{"policyVersion":"7","policyHash":"{{C}}","proposedVersion":"8","proposedHash":"{{A}}","requests":1000,"differences":12}"""
        ),
        (
            new AuthorityIntended
            {
                At = At,
                Actor = "x",
                Authority = "sipura",
                SubjectDn = "CN=Root,O=Vendor",
                KeyAlgorithm = "RSA-2048",
                SerialNumber = "4C01",
                ToBeSignedSha256 = A,
                NotBefore = At,
                NotAfter = Later,
            },
            $$"""{"authority":"sipura","subjectDn":"CN=Root,O=Vendor","keyAlgorithm":"RSA-2048","serialNumber":"4C01","toBeSignedSha256":"{{A}}",{{Times}}}"""
        ),
        (
            new AuthorityCreated
            {
                At = At,
                Actor = "x",
                Authority = "log",
                PublicKeySha256 = A,
                TranscriptSha256 = B,
            },
            $$"""{"authority":"log","publicKeySha256":"{{A}}","transcriptSha256":"{{B}}"}"""
        ),
        (
            new CrossIntended
            {
                At = At,
                Actor = "x",
                Authority = "client",
                Generation = "client-2",
                SerialNumber = "0A",
                ToBeSignedSha256 = A,
                NotBefore = At,
                NotAfter = Later,
            },
            $$"""{"authority":"client","generation":"client-2","serialNumber":"0A","toBeSignedSha256":"{{A}}",{{Times}}}"""
        ),
        (
            new CrossCreated
            {
                At = At,
                Actor = "x",
                Fingerprint = B,
                Authority = "client",
                Generation = "client-2",
                SerialNumber = "0A",
            },
            """{"authority":"client","generation":"client-2","serialNumber":"0A"}"""
        ),
        (
            new ResigningBegun
            {
                At = At,
                Actor = "x",
                Authority = "client",
                Generation = "client-2",
                Certificates = 7,
                Already = 2,
            },
            """{"authority":"client","generation":"client-2","certificates":7,"already":2}"""
        ),
        (
            new ResigningEnded
            {
                At = At,
                Actor = "x",
                Authority = "client",
                Generation = "client-2",
                Issued = 5,
                Refused = 0,
            },
            """{"authority":"client","generation":"client-2","issued":5,"refused":0}"""
        ),
        (
            new CompromiseDrilled
            {
                At = At,
                Actor = "x",
                Authority = "client",
                Generation = "client-2",
                Certificates = 7,
                Rehearsed = 5,
                Refused = 0,
                Seconds = 60,
            },
            """{"authority":"client","generation":"client-2","certificates":7,"rehearsed":5,"refused":0,"seconds":60}"""
        ),
        (
            new ReconciliationRun
            {
                At = At,
                Actor = "x",
                Whole = true,
                FromIndex = 0,
                ToIndex = 1000,
                Intents = 300,
                Certificates = 298,
                Failed = 1,
                UnderWay = 1,
                Signings = 40,
                Differences = 0,
            },
            """{"whole":true,"fromIndex":0,"toIndex":1000,"intents":300,"certificates":298,"failed":1,"underWay":1,"signings":40,"differences":0}"""
        ),
        (
            new ConfigurationLoaded
            {
                At = At,
                Actor = "x",
                Process = "signer",
                PolicyVersion = "7",
                ConfigurationHash = C,
            },
            $$"""{"process":"signer","policyVersion":"7","configurationHash":"{{C}}"}"""
        ),
        (
            new RevocationRequested
            {
                At = At,
                Actor = "x",
                Authority = "sipura",
                SerialNumber = "4C01",
                Reason = "keyCompromise",
                Note = "stolen laptop",
            },
            """{"authority":"sipura","serialNumber":"4C01","reason":"keyCompromise","note":"stolen laptop"}"""
        ),
        (
            new RevocationListRequested
            {
                At = At,
                Actor = "x",
                Authority = "client",
            },
            """{"authority":"client"}"""
        ),
        (
            new RevocationListIntended
            {
                At = At,
                Actor = "x",
                Authority = "client",
                List = "delta",
                Number = 8,
                BaseNumber = 7,
                ThisUpdate = At,
                NextUpdate = Later,
                Entries = 3,
                ToBeSignedSha256 = A,
            },
            $$"""{"authority":"client","list":"delta","number":8,"baseNumber":7,"thisUpdate":"2026-11-20T12:00:00.000000Z","nextUpdate":"2027-11-20T12:00:00.000000Z","entries":3,"toBeSignedSha256":"{{A}}"}"""
        ),
        (
            new RevocationListIssued
            {
                At = At,
                Actor = "x",
                Authority = "client",
                List = "shard",
                Shard = 2,
                Number = 8,
                ToBeSignedSha256 = A,
                CrlSha256 = B,
                Octets = 1234,
            },
            $$"""{"authority":"client","list":"shard","shard":2,"number":8,"toBeSignedSha256":"{{A}}","crlSha256":"{{B}}","octets":1234}"""
        ),
        (
            new RevocationRefused
            {
                At = At,
                Actor = "x",
                Details = new RevocationDetails("sipura", "4C01", "superseded", "provider", "provider/other"),
                Action = "revoke",
                Violations = [new LoggedViolation("revocation-not-yours", "serialNumber", "your own", "another's", "s")],
            },
            """{"authority":"sipura","serialNumber":"4C01","reason":"superseded","asker":"provider","requestedBy":"provider/other","action":"revoke","violations":[{"code":"revocation-not-yours","field":"serialNumber","expected":"your own","actual":"another's","source":"s"}]}"""
        ),
        (
            new CertificateRevoked
            {
                At = At,
                Actor = "x",
                Details = new RevocationDetails("client", "4C01", "keyCompromise", "possession", "anonymous")
                {
                    Note = "n",
                    StatementSha256 = A,
                    Signature = new byte[] { 1, 2, 3 },
                },
                RevokedAt = At,
            },
            $$"""{"authority":"client","serialNumber":"4C01","reason":"keyCompromise","asker":"possession","requestedBy":"anonymous","note":"n","statementSha256":"{{A}}","signature":"AQID","revokedAt":"2026-11-20T12:00:00.000000Z"}"""
        ),
        (
            new CertificateHeld
            {
                At = At,
                Actor = "x",
                Details = new RevocationDetails("client", "4C01", "certificateHold", "recall", "operator/maria")
                {
                    RecallId = Id,
                    SameKeyAs = "client-2 4C02",
                },
                RevokedAt = At,
            },
            $$"""{"authority":"client","serialNumber":"4C01","reason":"certificateHold","asker":"recall","requestedBy":"operator/maria","recallId":"{{Id}}","sameKeyAs":"client-2 4C02","revokedAt":"2026-11-20T12:00:00.000000Z"}"""
        ),
        (
            new CertificateReleased
            {
                At = At,
                Actor = "x",
                Details = new RevocationDetails("client", "4C01", "removeFromCRL", "station", "station/line-1") { Replacement = Id },
                ReleasedAt = At,
            },
            $$"""{"authority":"client","serialNumber":"4C01","reason":"removeFromCRL","asker":"station","requestedBy":"station/line-1","replacement":"{{Id}}","releasedAt":"2026-11-20T12:00:00.000000Z"}"""
        ),
        (
            new RecallRequested
            {
                At = At,
                Actor = "x",
                RecallId = Id,
                Action = "revoke",
                Reason = "keyCompromise",
                Members = 4711,
                MembersSha256 = B,
                Selection = "serial FM500F100000..FM500F699999",
                Note = "n",
            },
            $$"""{"recallId":"{{Id}}","action":"revoke","reason":"keyCompromise","members":4711,"membersSha256":"{{B}}","selection":"serial FM500F100000..FM500F699999","note":"n"}"""
        ),
        (
            new RecallDecided
            {
                At = At,
                Actor = "x",
                RecallId = Id,
                Verdict = "approve",
                Decision = new SignedDecision(Id, "checked", C, new byte[] { 1, 2, 3 }),
            },
            $$"""{"recallId":"{{Id}}","decision":"approve","officerId":"{{Id}}","reason":"checked","statementSha256":"{{C}}","signature":"AQID"}"""
        ),
        (
            new RecallSettled
            {
                At = At,
                Actor = "x",
                RecallId = Id,
                State = "Effective",
                Members = 4711,
                Changed = 4700,
            },
            $$"""{"recallId":"{{Id}}","state":"Effective","members":4711,"changed":4700}"""
        ),
        (
            new ContactAdded
            {
                At = At,
                Actor = "x",
                ContactId = Id,
                Kind = "webhook",
                Target = "https://hooks.example.com",
            },
            $$"""{"contactId":"{{Id}}","kind":"webhook","target":"https://hooks.example.com"}"""
        ),
        (
            new ContactRemoved
            {
                At = At,
                Actor = "x",
                ContactId = Id,
            },
            $$"""{"contactId":"{{Id}}"}"""
        ),
        (
            new NoticeDelivered
            {
                At = At,
                Actor = "x",
                NoticeId = Id,
                Kind = "expiry",
                ContactId = Id,
                Attempts = 2,
                DaysBefore = 30,
            },
            $$"""{"noticeId":"{{Id}}","kind":"expiry","contactId":"{{Id}}","attempts":2,"daysBefore":30}"""
        ),
        (
            new NoticeFailed
            {
                At = At,
                Actor = "x",
                NoticeId = Id,
                Kind = "test",
                ContactId = Id,
                Attempts = 9,
                Reason = "answered 500",
            },
            $$"""{"noticeId":"{{Id}}","kind":"test","contactId":"{{Id}}","attempts":9,"reason":"answered 500"}"""
        ),
        (
            new NoticeRetried
            {
                At = At,
                Actor = "x",
                NoticeId = Id,
            },
            $$"""{"noticeId":"{{Id}}"}"""
        ),
    ];
}

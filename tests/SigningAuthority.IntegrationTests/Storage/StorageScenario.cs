using System.Formats.Asn1;
using System.Security.Cryptography;
using Npgsql;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.IssuanceLog.Tree;
using SigningAuthority.Storage.IssuanceLog;
using SigningAuthority.Storage.Requests;
using Xunit;

namespace SigningAuthority.IntegrationTests.Storage;

/// <summary>
/// A database of its own, and acts in it with bytes that only look like requests and certificates: this slice keeps them, it
/// does not read them. Every scenario ends with <see cref="VerifyAsync"/>.
/// </summary>
internal sealed class StorageScenario
{
    public const string Origin = "log.example.com/issuance";
    private static readonly string Zeros = new('0', 64);
    private static readonly ECDsa LogKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private static readonly DateTimeOffset NotBefore = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
    private static readonly string[] Evidence =
    [
        "log_entry",
        "log_entry_000",
        "log_leaf",
        "log_node",
        "log_head",
        "log_signing",
        "log_checkpoint",
        "log_reconciliation",
        "certificate",
        "intent",
    ];
    private static int _devices;
    private static int _copies;

    private StorageScenario(PostgresCluster cluster, string database)
    {
        Cluster = cluster;
        Database = database;
    }

    public PostgresCluster Cluster { get; }

    public string Database { get; }

    public NpgsqlDataSource Api => Connect("sa_api");

    public NpgsqlDataSource Signer => Connect("sa_signer");

    public NpgsqlDataSource Operator => Connect("sa_operator");

    public NpgsqlDataSource Auditor => Connect("sa_auditor");

    public NpgsqlDataSource Superuser => Connect(PostgresCluster.Superuser);

    public static NoteKey NoteKey => new(Origin, LogKey.ExportSubjectPublicKeyInfo());

    public static async Task<StorageScenario> CreateAsync() => await CreateAsync(await PostgresCluster.SharedAsync());

    public static async Task<StorageScenario> CreateAsync(PostgresCluster cluster) => new(cluster, await cluster.CreateDatabaseAsync());

    /// <summary>The database as it is now, once more: what a backup is, or somebody's copy. Nothing may be under way.</summary>
    public async Task<StorageScenario> CopyAsync()
    {
        var postgres = Cluster.Connect(PostgresCluster.Superuser, "postgres");
        await postgres.ExecuteAsync($"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{Database}'");
        foreach (var pool in (NpgsqlDataSource[])[Api, Signer, Operator, Auditor, Superuser])
            pool.Clear();
        var copy = $"{Database}_copy_{Interlocked.Increment(ref _copies)}";
        await postgres.ExecuteAsync($"create database {copy} template {Database}");
        return new StorageScenario(Cluster, copy);
    }

    /// <summary>Switches off what keeps evidence from being changed, as a superuser can.</summary>
    public async Task DisableGuardsAsync()
    {
        foreach (var table in Evidence)
            await Superuser.ExecuteAsync($"alter table sa.{table} disable trigger append_only");
    }

    public NpgsqlDataSource Connect(string role) => Cluster.Connect(role, Database);

    /// <summary>Entries of acts that change nothing else, different from any other scenario's.</summary>
    public Task AppendAsync(int entries) =>
        new AppendLogEntries(Api).AppendAsync([
            .. Enumerable
                .Range(0, entries)
                .Select(i => new RootsDownloaded
                {
                    At = DateTimeOffset.UtcNow,
                    Actor = "anonymous",
                    Name = $"{Database}.{i}",
                    Format = "pem",
                }),
        ]);

    public SigningQueue Queue(Guid? instance = null, int maximumAttempts = 5) => new(Signer, instance ?? Guid.NewGuid(), maximumAttempts);

    public static NewSigningRequest Device(string? mac = null, string? serial = null, byte[]? publicKey = null, params string[] authorities)
    {
        var number = Interlocked.Increment(ref _devices);
        var csr = RandomNumberGenerator.GetBytes(300);
        return new NewSigningRequest(
            SigningRequestId.New(TimeProvider.System),
            RequestKind.Device,
            Lane.Device,
            null,
            Guid.NewGuid(),
            csr,
            SHA256.HashData(csr),
            publicKey ?? RandomNumberGenerator.GetBytes(32),
            null,
            mac ?? $"000E08{number:X6}",
            serial ?? $"FM500J{number:D6}",
            "SPA962",
            ["SPA962"],
            authorities.Length == 0 ? ["client"] : authorities,
            null,
            null,
            null,
            "station/line-1"
        );
    }

    public static NewSigningRequest Server(Guid provider, string? idempotencyKey = null, byte[]? csr = null, string fqdn = "pv.telco.net")
    {
        csr ??= RandomNumberGenerator.GetBytes(300);
        return new NewSigningRequest(
            SigningRequestId.New(TimeProvider.System),
            RequestKind.ProvisioningServer,
            Lane.Provider,
            provider,
            null,
            csr,
            SHA256.HashData(csr),
            SHA256.HashData([.. csr, 1]),
            fqdn,
            null,
            null,
            null,
            ["SPA962", "SPA504G"],
            ["sipura", "cisco-sb"],
            null,
            idempotencyKey,
            null,
            "provider/telco"
        );
    }

    public static RequestSubmitted Submitted(NewSigningRequest request) =>
        new()
        {
            At = DateTimeOffset.UtcNow,
            Actor = request.SubmittedBy,
            Subject = request.Fqdn,
            RequestId = request.Id.Value,
            Mac = request.Mac,
            Serial = request.Serial,
            Kind = request.Kind.ToString(),
            CsrSha256 = Convert.ToHexStringLower(request.CsrSha256),
            PublicKeySha256 = Convert.ToHexStringLower(request.PublicKeySha256),
            Devices = request.Devices,
            Generations = request.Authorities,
            PolicyVersion = "1",
            PolicyHash = Zeros,
        };

    public Task<SubmitOutcome[]> SubmitAsync(params NewSigningRequest[] requests) =>
        new SubmitSigningRequests(Api).SubmitAsync([.. requests.Select(r => (r, (LogEntry)Submitted(r)))]);

    public async Task<SubmitOutcome> SubmitOneAsync(NewSigningRequest request) => (await SubmitAsync(request)).Single();

    /// <summary>What the key room would intend for a claimed request: one certificate an authority.</summary>
    public static IReadOnlyList<NewIntent> Intend(ClaimedRequest claimed) =>
        [.. claimed.Request.Authorities.Select(authority => Intend(claimed.Request.Id, authority, CertificateSerialNumber.Draw()))];

    public static NewIntent Intend(SigningRequestId request, string authority, CertificateSerialNumber serial) =>
        new(request, authority, serial, Sequence(serial.ToBytes()), "device", NotBefore, NotBefore.AddYears(20), Zeros);

    public static CertificateIntended Intended(NewIntent intent) =>
        new()
        {
            At = DateTimeOffset.UtcNow,
            Actor = "signer/test",
            RequestId = intent.RequestId.Value,
            Authority = intent.Authority,
            SerialNumber = intent.SerialNumber.Hex,
            ToBeSignedSha256 = Convert.ToHexStringLower(SHA256.HashData(intent.ToBeSigned)),
            Profile = intent.Profile,
            NotBefore = intent.NotBefore,
            NotAfter = intent.NotAfter,
            PolicyVersion = "1",
            PolicyHash = Zeros,
        };

    /// <summary>As a deterministic signature would make it: the same bytes each time, unless another <paramref name="signature"/> is given.</summary>
    public static NewCertificate Sign(NewIntent intent, byte signature = 0)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(intent.ToBeSigned);
            writer.WriteBitString([signature]);
        }

        var der = writer.Encode();
        return new NewCertificate(
            intent.RequestId,
            intent.Authority,
            intent.SerialNumber,
            der,
            SHA256.HashData(der),
            SHA256.HashData(intent.ToBeSigned),
            intent.NotBefore,
            intent.NotAfter
        );
    }

    public static CertificateIssued Issued(NewCertificate certificate, NewIntent intent) =>
        new()
        {
            At = DateTimeOffset.UtcNow,
            Actor = "signer/test",
            RequestId = certificate.RequestId.Value,
            Fingerprint = Convert.ToHexStringLower(certificate.Sha256),
            Authority = certificate.Authority,
            SerialNumber = certificate.SerialNumber.Hex,
            ToBeSignedSha256 = Convert.ToHexStringLower(SHA256.HashData(intent.ToBeSigned)),
            NotBefore = certificate.NotBefore,
            NotAfter = certificate.NotAfter,
        };

    public static Task CommitIntentsAsync(SigningQueue queue, IEnumerable<NewIntent> intents)
    {
        NewIntent[] all = [.. intents];
        return queue.CommitIntentsAsync(all, [], [.. all.Select(Intended)]);
    }

    public static Task CommitCertificatesAsync(SigningQueue queue, IEnumerable<NewIntent> intents, byte signature = 0)
    {
        (NewIntent Intent, NewCertificate Certificate)[] all = [.. intents.Select(i => (i, Sign(i, signature)))];
        return queue.CommitCertificatesAsync([.. all.Select(p => p.Certificate)], [.. all.Select(p => Issued(p.Certificate, p.Intent))]);
    }

    /// <summary>The whole way of all that can be claimed; returns how many requests that were.</summary>
    public static async Task<int> IssueAsync(SigningQueue queue, Lane lane, int limit = 100)
    {
        var claimed = await queue.ClaimAsync(lane, limit, TimeSpan.FromMinutes(1));
        var intents = claimed.Where(c => c.Intents.Count == 0).SelectMany(Intend).ToList();
        await CommitIntentsAsync(queue, intents);
        await CommitCertificatesAsync(queue, [.. intents, .. claimed.SelectMany(c => c.Intents)]);
        return claimed.Count;
    }

    public async Task<SigningRequestRecord> ReadAsync(SigningRequestId id) => (await new SigningRequestQueries(Api).FindAsync(id))!.Request;

    public SequenceLogEntries Sequencer(Func<string, string>? sign = null, string signer = "signer/test") =>
        new(Signer, Sealing(signer) with { Sign = (body, _) => ValueTask.FromResult((sign ?? SignNote)(body)) });

    /// <summary>What the scenario's sequencers have beyond the database: no memory, and the true clock.</summary>
    public static LogSealing Sealing(string signer = "signer/test") =>
        new()
        {
            Key = NoteKey,
            Sign = (body, _) => ValueTask.FromResult(SignNote(body)),
            Signer = signer,
        };

    /// <summary>Gives every entry its place, then verifies all that is stored.</summary>
    public async Task<LogVerification> VerifyAsync()
    {
        // Transactions of other tests in the same cluster hold the log's horizon back while they last.
        const string unplaced = "select (select count(*) from sa.log_entry) - coalesce((select max(tree_size) from sa.log_checkpoint), 0)";
        for (var deadline = DateTime.UtcNow.AddSeconds(30); await Superuser.ScalarAsync<long>(unplaced) > 0; await Task.Delay(20))
        {
            await Sequencer().RunAsync();
            Assert.True(DateTime.UtcNow < deadline, "Entries wait for their place too long.");
        }

        var found = await new VerifyStoredLog(Auditor).RunAsync(NoteKey);
        Assert.Empty(found.Defects);
        return found;
    }

    public Task<LogVerification> FindDefectsAsync() => new VerifyStoredLog(Auditor).RunAsync(NoteKey);

    public static string SignNote(string body) =>
        SignedNote.Format(
            body,
            Origin,
            NoteKey.Id,
            LogKey.SignData(System.Text.Encoding.UTF8.GetBytes(body), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)
        );

    private static byte[] Sequence(byte[] content)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
            writer.WriteOctetString(content);
        return writer.Encode();
    }
}

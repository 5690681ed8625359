using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Certificates.Lint;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Signer.RevocationLists;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Signer.Lanes;

/// <summary>A claimed request with what policy says of it at the key.</summary>
internal sealed record DecidedRequest(SigningRequestRecord Request, PolicyDecision Decision);

/// <summary>A request on its way to the key: its intents, or why it is refused, or what keeps us from building it.</summary>
internal sealed record PreparedRequest(
    SigningRequestRecord Request,
    IReadOnlyList<NewIntent> Intents,
    IReadOnlyList<Violation> Violations,
    string? Fault
)
{
    public IEnumerable<LogEntry> EntriesOfIntents(string actor, DateTimeOffset at, AuthorityConfiguration configuration)
    {
        if (Violations.Count > 0)
        {
            yield return new RequestRefused
            {
                At = at,
                Actor = actor,
                Subject = Request.LogSubject(),
                RequestId = Request.Id.Value,
                Mac = Request.Mac,
                Serial = Request.Serial,
                Where = RequestRefused.AtTheKey,
                Violations = [.. Violations.Select(v => new LoggedViolation(v.Code, v.Field, v.Expected, v.Actual, v.Source))],
                CsrSha256 = Convert.ToHexStringLower(Request.CsrSha256),
                PolicyVersion = configuration.PolicyVersion,
                PolicyHash = configuration.Hash,
            };
        }

        foreach (var intent in Intents)
        {
            yield return new CertificateIntended
            {
                At = at,
                Actor = actor,
                Subject = Request.LogSubject(),
                RequestId = Request.Id.Value,
                Mac = Request.Mac,
                Serial = Request.Serial,
                Authority = intent.Authority,
                SerialNumber = intent.SerialNumber.Hex,
                ToBeSignedSha256 = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(intent.ToBeSigned)),
                Profile = intent.Profile,
                NotBefore = intent.NotBefore,
                NotAfter = intent.NotAfter,
                PolicyVersion = configuration.PolicyVersion,
                PolicyHash = configuration.Hash,
            };
        }
    }
}

/// <summary>Builds the to-be-signed bytes of an approved request and looks at them once more. Touches no key.</summary>
internal static class PrepareRequest
{
    private static readonly Rule OfAnotherLane = new(
        "lane-of-another-kind",
        "a lane's Signer signs with that lane's keys, and holds no other"
    );

    /// <summary>Never throws: what goes wrong with one request is that request's fault alone, not its batch's.</summary>
    public static PreparedRequest Run(
        DecidedRequest decided,
        LaneAuthorities authorities,
        AuthorityConfiguration configuration,
        CurrentShards shards,
        DateTimeOffset now
    )
    {
        try
        {
            return Build(decided, authorities, configuration, shards, now);
        }
        catch (Exception exception)
        {
            return new PreparedRequest(decided.Request, [], [], $"{exception.GetType().Name}: {exception.Message}");
        }
    }

    private static PreparedRequest Build(
        DecidedRequest decided,
        LaneAuthorities authorities,
        AuthorityConfiguration configuration,
        CurrentShards shards,
        DateTimeOffset now
    )
    {
        var (request, decision) = decided;
        if (decision.Approved is not { } approved)
            return new PreparedRequest(request, [], decision.Violations, null);

        var plans = approved.Redeem();
        // Before anything is intended: a key that is not here would keep the whole batch from being signed.
        if (plans.Any(plan => plan.Authority.Lane != request.Lane))
            return new PreparedRequest(request, [], [NotOfThisLane(request)], null);

        var intents = new List<NewIntent>();
        foreach (var plan in plans)
        {
            var issuer = authorities.Certificate(plan.Authority.Id);
            var serialNumber = CertificateSerialNumber.Draw();
            var (points, shard) = shards.PointsOf(plan);
            var toBeSigned = ToBeSignedCertificate.Encode(plan, issuer, points, serialNumber, now);
            var findings = LintToBeSigned.Find(toBeSigned, plan, issuer, points);
            if (findings.Count > 0)
                return new PreparedRequest(request, [], [], "lint: " + string.Join("; ", findings));

            var (notBefore, notAfter) = ToBeSignedCertificate.ValidityOf(plan.Profile, issuer, now);
            intents.Add(
                new NewIntent(
                    request.Id,
                    plan.Authority.Id,
                    serialNumber,
                    toBeSigned,
                    plan.Profile.Id,
                    notBefore,
                    notAfter,
                    configuration.Hash
                )
                {
                    CrlShard = shard,
                }
            );
        }

        return new PreparedRequest(request, intents, [], null);
    }

    private static Violation NotOfThisLane(SigningRequestRecord request) =>
        OfAnotherLane.BrokenBy(
            "lane",
            $"the lane of a {request.Kind}",
            request.Lane.ToString(),
            "The request waits in a lane whose keys are not for its kind.",
            "submit the request again; if it happens again, call the operator"
        );
}

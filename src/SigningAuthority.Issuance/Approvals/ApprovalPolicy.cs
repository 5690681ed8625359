using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Issuance.Approvals;

/// <summary>
/// Who must approve, and which decisions count: the same at the door, when an officer decides, and at the key, over the rows that the
/// door wrote. Pure and thread-safe.
/// </summary>
public sealed class ApprovalPolicy
{
    private static readonly Rule Missing = new(
        "approval-missing",
        "policies/policy.json provisioningServer.approval; operator approval set"
    );
    private static readonly Rule SubmitterUnknown = new("approval-submitter-unknown", "nobody decides on a request that they submitted");
    private static readonly Rule RefusedByOfficer = new("refused-by-officer", "an officer's decision");

    private readonly ApprovalSettings _settings;
    private readonly OfficerDecisionRules _decisions = new();

    public ApprovalPolicy(AuthorityConfiguration configuration) => _settings = configuration.Policy.ProvisioningServer.Approval;

    /// <summary>What officers decide on, as the request's own bytes and the facts beside them say it.</summary>
    public static ApprovalSubject SubjectOf(
        CertificationRequest request,
        Fqdn fqdn,
        IReadOnlyList<string> devices,
        IEnumerable<AuthorityDefinition> authorities,
        ApprovalEvidence evidence
    ) =>
        new(
            evidence.Request,
            Convert.ToHexStringLower(request.Sha256),
            fqdn,
            devices,
            [.. authorities.Select(authority => authority.Id)],
            evidence.SubmittedBy
        );

    /// <summary>How many different officers must approve: the strictest mode over the generations counts.</summary>
    /// <param name="generations">Ids of the authorities that are to sign.</param>
    /// <param name="modes">What an operator set for this provider, by generation; it replaces what the policy says.</param>
    public int OfficersFor(IEnumerable<string> generations, IReadOnlyDictionary<string, ApprovalMode> modes) =>
        generations
            .Select(generation => modes.TryGetValue(generation, out var mode) ? mode : ModeOf(generation))
            .Select(Officers)
            .DefaultIfEmpty(0)
            .Max();

    /// <summary>What the policy says of a generation where no operator said otherwise.</summary>
    public ApprovalMode ModeOf(string generation) =>
        _settings.Generations.FirstOrDefault(exception => exception.Generation == generation)?.Mode ?? _settings.Default;

    /// <summary>When a request that is submitted now stops waiting.</summary>
    public DateTimeOffset EndOfWait(DateTimeOffset submittedAt) => submittedAt.AddDays(_settings.ExpiresAfterDays);

    /// <summary>What is wrong with one decision; empty where it counts.</summary>
    public IReadOnlyList<Violation> Judge(ApprovalSubject subject, ApprovalEvidence evidence, OfficerDecision decision) =>
        _decisions.FindViolations(new JudgedDecision(subject, evidence, decision, EndOf(evidence)));

    /// <summary>What the decisions come to, those that do not count left out.</summary>
    /// <param name="officers">As <see cref="OfficersFor"/> says.</param>
    public ApprovalStanding StandingOf(ApprovalSubject subject, ApprovalEvidence evidence, int officers)
    {
        var counting = evidence
            .Decisions.Where(decision => !decision.IsRevoked && Judge(subject, evidence, decision).Count == 0)
            .OrderBy(decision => decision.RecordedAt)
            .ToList();
        return new ApprovalStanding(
            Math.Max(officers, evidence.NeededAtTheDoor),
            counting.Where(decision => decision.Verdict == OfficerVerdict.Approve).Select(decision => decision.Officer).Distinct().Count(),
            counting.Find(decision => decision.Verdict == OfficerVerdict.Refuse)
        );
    }

    /// <summary>What keeps a request from being signed, as far as officers are concerned; empty for nothing.</summary>
    internal IReadOnlyList<Violation> FindViolations(ApprovalSubject subject, ApprovalEvidence evidence, int officers)
    {
        var standing = StandingOf(subject, evidence, officers);
        var violations = new List<Violation>();
        if (standing.Needed > 0 && !evidence.IsSubmitterKnown)
            violations.Add(UnknownSubmitter());
        // A row that does not verify was not written by an honest door: that is said even where enough others do.
        violations.AddRange(
            evidence.Decisions.Where(decision => !decision.IsRevoked).SelectMany(decision => Judge(subject, evidence, decision)).Distinct()
        );
        if (standing.Refusal is { } refusal)
            violations.Add(Refusal(refusal.Reason));
        if (standing.Given < standing.Needed)
            violations.Add(TooFew(standing));
        return violations;
    }

    /// <summary>What a provider reads whose request an officer refused: the reason, never the officer.</summary>
    public static Violation Refusal(string reason) =>
        RefusedByOfficer.BrokenBy("request", "an officer's approval", "a refusal", reason, "mend what the reason says, then submit again");

    /// <summary>What a provider reads whose request nobody decided in time.</summary>
    public static Violation NoDecision(DateTimeOffset endedAt) =>
        OfficerDecisionRules.Expired.BrokenBy(
            "request",
            $"a decision before {ApprovalStatement.WriteTime(endedAt)}",
            "none",
            "The request waited too long for an officer's decision.",
            "submit the request again; if it waits again, call the operator"
        );

    private static Violation UnknownSubmitter() =>
        SubmitterUnknown.BrokenBy(
            "request",
            "a request that came with its tenant's token",
            "another",
            "It can't be said who submitted this request, so nobody can approve it.",
            "submit the request again with a token of the provider"
        );

    private static Violation TooFew(ApprovalStanding standing) =>
        Missing.BrokenBy(
            "request",
            standing.Needed == 1 ? "the approval of one officer" : $"the approvals of {standing.Needed} different officers",
            standing.Given.ToString(System.Globalization.CultureInfo.InvariantCulture),
            "Too few officers have approved this request.",
            "submit the request again and let officers approve it"
        );

    private DateTimeOffset EndOf(ApprovalEvidence evidence)
    {
        var byPolicy = EndOfWait(evidence.SubmittedAt);
        return evidence.ExpiresAt is { } said && said < byPolicy ? said : byPolicy;
    }

    private static int Officers(ApprovalMode mode) =>
        mode switch
        {
            ApprovalMode.Automatic => 0,
            ApprovalMode.OneOfficer => 1,
            _ => 2,
        };
}

using System.Text.Json;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Policy;

namespace SigningAuthority.Signer.Replay;

/// <summary>What one configuration makes of a request, in a form that can be compared.</summary>
/// <param name="Codes">Of the rules broken; empty when accepted.</param>
/// <param name="Certificates">What would be issued, by authority; empty when refused.</param>
/// <param name="Approval">What the policy asks of officers, where an operator has not said otherwise for the provider.</param>
internal sealed record Verdict(IReadOnlyList<string> Codes, IReadOnlyList<PlannedCertificate> Certificates, ApprovalMode Approval)
{
    public bool IsAccepted => Certificates.Count > 0;

    public static Verdict Of(PolicyDecision decision, AuthorityConfiguration configuration)
    {
        if (decision.Approved is not { } approved)
            return new Verdict([.. decision.Violations.Select(violation => violation.Code).Distinct()], [], ApprovalMode.Automatic);
        var plans = approved.Redeem();
        return new Verdict(
            [],
            [.. plans.Select(PlannedCertificate.Of)],
            StrictestOf(plans, configuration.Policy.ProvisioningServer.Approval)
        );
    }

    private static ApprovalMode StrictestOf(IReadOnlyList<CertificatePlan> plans, ApprovalSettings settings) =>
        plans
            .Where(plan => plan.Authority.Purpose == AuthorityPurpose.ServerRoot)
            .Select(plan =>
                settings.Generations.FirstOrDefault(exception => exception.Generation == plan.Authority.Id)?.Mode ?? settings.Default
            )
            .DefaultIfEmpty(ApprovalMode.Automatic)
            .Max();
}

/// <summary>All of a certificate that policy decides, each part as text.</summary>
internal sealed record PlannedCertificate(string Authority, IReadOnlyDictionary<string, string> Parts)
{
    public static PlannedCertificate Of(CertificatePlan plan)
    {
        var parts = new Dictionary<string, string>
        {
            ["subject"] = plan.Subject.ToRfc4514(),
            ["subjectAltName"] = string.Join(", ", [.. plan.DnsNames, .. plan.Addresses.Select(address => address.ToString())]),
        };
        // The profile's shape counts, not its name alone: a shorter validity is another certificate.
        foreach (var member in JsonSerializer.SerializeToElement(plan.Profile, JsonSerializerOptions.Web).EnumerateObject())
        {
            if (member.Name is not ("schema" or "$schema"))
                parts["profile." + member.Name] = member.Value.ToString();
        }

        return new PlannedCertificate(plan.Authority.Id, parts);
    }
}

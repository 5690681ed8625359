using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Keys;

namespace SigningAuthority.Signer.Ceremony;

/// <summary>What is put before the person who confirms: one authority as configured, with its dates.</summary>
/// <param name="Definition">As in ca-config/authorities/.</param>
/// <param name="NotBefore">UTC, whole seconds (RFC 5280 §4.1.2.5).</param>
internal sealed record AuthorityPlan(AuthorityDefinition Definition, DateTimeOffset NotBefore)
{
    // The Julian year: leap years included, no date depends on the day the ceremony is held.
    private static readonly TimeSpan Year = TimeSpan.FromDays(365.25);

    public DateTimeOffset NotAfter => NotBefore + Definition.ValidityYears * Year;

    public KeyAlgorithm Algorithm => Definition.KeyAlgorithm;

    /// <summary>The log's key is known by its key hash; nobody chains to it.</summary>
    public bool HasCertificate => Definition.Purpose != AuthorityPurpose.LogKey;

    /// <summary>RFC 4514 spelling; the display name where there is no certificate.</summary>
    public string Subject => HasCertificate ? Definition.SubjectName.ToRfc4514() : Definition.DisplayName;

    /// <summary>The plan for a ceremony held now.</summary>
    public static AuthorityPlan For(AuthorityDefinition definition, TimeProvider time) =>
        new(definition, DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds()));

    /// <summary>The same facts as a person reads them aloud.</summary>
    public IEnumerable<(string Name, string Value)> Facts()
    {
        yield return ("authority", $"{Definition.Id} ({Definition.DisplayName})");
        yield return ("purpose", Definition.Purpose.ToString());
        yield return ("subject", HasCertificate ? Subject : "none: this key has no certificate");
        yield return ("key", Algorithm.Name);
        yield return ("key label", Definition.KeyLabel);
        yield return ("not before", $"{NotBefore:yyyy-MM-dd HH:mm:ss}Z");
        yield return ("not after", $"{NotAfter:yyyy-MM-dd HH:mm:ss}Z ({Definition.ValidityYears} years)");
    }
}

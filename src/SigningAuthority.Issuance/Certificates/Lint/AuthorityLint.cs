namespace SigningAuthority.Issuance.Certificates.Lint;

/// <summary>
/// The part of the lint that every certificate of an authority has alike, whoever signs it: roots and cross-certificates. Each finding is
/// under the caller's own code.
/// </summary>
internal static class AuthorityLint
{
    // RFC 5280 §4.1.2.2: at most 20 octets; ≥ 64 bits of them from a random source.
    private const int FewestSerialOctets = 9;
    private const int MostSerialOctets = 20;

    /// <param name="tbs">The bytes, taken apart.</param>
    /// <param name="kind">What the codes begin with: "root", "cross".</param>
    public static IEnumerable<LintFinding> FindInFields(DecodedTbs tbs, string kind)
    {
        if (tbs.Version != 2)
            yield return new($"{kind}-version", "RFC 5280 §4.1.2.1", $"The version is {tbs.Version}, not v3(2).");
        if (tbs.SerialNumber.Sign <= 0 || tbs.SerialNumberOctets is < FewestSerialOctets or > MostSerialOctets)
            yield return new(
                $"{kind}-serial-number",
                "RFC 5280 §4.1.2.2",
                $"The serial number has {tbs.SerialNumberOctets} octets and sign {tbs.SerialNumber.Sign}."
            );
        if (tbs.SignatureAlgorithm != "1.2.840.113549.1.1.11" || !tbs.SignatureParametersAreNull)
            yield return new(
                $"{kind}-signature-algorithm",
                "RFC 4055 §5",
                "The signature's algorithm is not sha256WithRSAEncryption with NULL parameters."
            );
        if (!tbs.TimesAreInTheirForms)
            yield return new(
                $"{kind}-time-form",
                "RFC 5280 §4.1.2.5",
                "A time is not UTCTime through 2049 and GeneralizedTime from 2050, in Zulu and whole seconds."
            );
    }

    /// <param name="tbs">The bytes, taken apart.</param>
    /// <param name="kind">What the codes begin with: "root", "cross".</param>
    /// <param name="ownKey">The key identifier that what it issues names.</param>
    /// <param name="issuersKey">The key identifier of who signs.</param>
    /// <param name="others">Extensions that the caller looks at.</param>
    public static IEnumerable<LintFinding> FindInExtensions(
        DecodedTbs tbs,
        string kind,
        byte[] ownKey,
        byte[] issuersKey,
        IReadOnlyList<string> others
    )
    {
        string[] known = ["2.5.29.14", "2.5.29.15", "2.5.29.19", "2.5.29.35", .. others];
        foreach (var twice in tbs.Extensions.GroupBy(extension => extension.Oid).Where(group => group.Count() > 1))
            yield return new($"{kind}-extension-twice", "RFC 5280 §4.2", $"{twice.Key} is there {twice.Count()} times.");
        foreach (var foreign in tbs.Extensions.Where(extension => !known.Contains(extension.Oid)))
            yield return new($"{kind}-extension-foreign", "RFC 5280 §4.2", $"{foreign.Oid} is in no such certificate of ours.");

        // SEQUENCE { cA TRUE, pathLenConstraint 0 }.
        if (
            tbs.Find("2.5.29.19") is not { Critical: true } constraints
            || constraints.Value.Span is not [0x30, 0x06, 0x01, 0x01, 0xFF, 0x02, 0x01, 0x00]
        )
            yield return new(
                $"{kind}-basic-constraints",
                "RFC 5280 §4.2.1.9",
                "basicConstraints is missing, not critical, or not that of an authority without intermediates."
            );
        // BIT STRING, one unused bit, keyCertSign (5) and cRLSign (6).
        if (tbs.Find("2.5.29.15") is not { Critical: true } usage || usage.Value.Span is not [0x03, 0x02, 0x01, 0x06])
            yield return new(
                $"{kind}-key-usage",
                "RFC 5280 §4.2.1.3",
                "keyUsage is missing, not critical, or not keyCertSign and cRLSign alone."
            );
        if (
            tbs.Find("2.5.29.14") is not { Critical: false } subjectKey
            || subjectKey.Value.Span is not [0x04, 20, .. var own]
            || !own.SequenceEqual(ownKey)
        )
            yield return new(
                $"{kind}-subject-key-identifier",
                "RFC 5280 §4.2.1.2",
                "subjectKeyIdentifier is missing, critical, or not the one that what it issues names."
            );
        if (
            tbs.Find("2.5.29.35") is not { Critical: false } authorityKey
            || authorityKey.Value.Span is not [0x30, 22, 0x80, 20, .. var named]
            || !named.SequenceEqual(issuersKey)
        )
            yield return new(
                $"{kind}-authority-key-identifier",
                "RFC 5280 §4.2.1.1",
                "authorityKeyIdentifier is missing, critical, or not the issuer's: names alone don't tell the generations apart."
            );
    }
}

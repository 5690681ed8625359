using System.Formats.Asn1;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Profiles;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Issuance.Certificates.Lint;

/// <summary>
/// The last look at the very bytes about to be signed: decoded anew and held against the plan, the profile, the issuer
/// and RFC 5280. Every rule is run; one finding is enough to sign nothing.
/// </summary>
public static class LintToBeSigned
{
    // RFC 5280 §4.1.2.2: at most 20 octets; ≥ 64 bits of them from a random source.
    private const int FewestSerialOctets = 9;
    private const int MostSerialOctets = 20;

    // 99991231235959Z in seconds since 1970.
    private const long NoWellDefinedExpiration = 253402300799;

    /// <param name="toBeSigned">The bytes that the key would sign.</param>
    /// <param name="plan">What policy approved.</param>
    /// <param name="issuer">Who would sign.</param>
    /// <param name="points">The addresses that the certificate is to carry.</param>
    /// <returns>Empty when the bytes may be signed.</returns>
    public static IReadOnlyList<LintFinding> Find(
        ReadOnlyMemory<byte> toBeSigned,
        CertificatePlan plan,
        IssuerCertificate issuer,
        CertificatePoints points
    )
    {
        try
        {
            var tbs = DecodedTbs.Decode(toBeSigned);
            return
            [
                .. FindInFields(tbs, plan, issuer),
                .. FindInExtensions(tbs, plan, issuer),
                .. PointsLint.Find(tbs, plan, points),
                .. FindInSubject(tbs, plan),
            ];
        }
        catch (AsnContentException exception)
        {
            return [new LintFinding("tbs-malformed", "RFC 5280 §4.1", exception.Message)];
        }
    }

    private static IEnumerable<LintFinding> FindInFields(DecodedTbs tbs, CertificatePlan plan, IssuerCertificate issuer)
    {
        if (tbs.Version != 2)
            yield return new("version", "RFC 5280 §4.1.2.1", $"The version is {tbs.Version}, not v3(2).");
        if (tbs.SerialNumber.Sign <= 0 || tbs.SerialNumberOctets is < FewestSerialOctets or > MostSerialOctets)
            yield return new(
                "serial-number",
                "RFC 5280 §4.1.2.2",
                $"The serial number has {tbs.SerialNumberOctets} octets and sign {tbs.SerialNumber.Sign}."
            );
        if (tbs.SignatureAlgorithm != "1.2.840.113549.1.1.11" || !tbs.SignatureParametersAreNull)
            yield return new(
                "signature-algorithm",
                "RFC 4055 §5",
                "The signature's algorithm is not sha256WithRSAEncryption with NULL parameters."
            );
        if (!tbs.Issuer.AsSpan().SequenceEqual(issuer.Subject.Der.Span))
            yield return new("issuer", "RFC 5280 §4.1.2.4", "The issuer is not the authority's subject, octet by octet.");
        if (!tbs.Subject.AsSpan().SequenceEqual(plan.Subject.Der.Span))
            yield return new("subject", "RFC 5280 §4.1.2.6", "The subject is not the approved one.");
        if (!tbs.SubjectPublicKeyInfo.AsSpan().SequenceEqual(plan.SubjectPublicKeyInfo.Span))
            yield return new("subject-public-key", "RFC 5280 §4.1.2.7", "The public key is not the request's.");
        if (tbs.SubjectPublicKeyInfo.AsSpan().SequenceEqual(issuer.SubjectPublicKeyInfo))
            yield return new("subject-key-is-issuers", "RFC 5280 §4.1.2.7", "The public key is the authority's own.");
        if (!tbs.TimesAreInTheirForms)
            yield return new(
                "time-form",
                "RFC 5280 §4.1.2.5",
                "A time is not UTCTime through 2049 and GeneralizedTime from 2050, in Zulu and whole seconds."
            );
        var isEndless = plan.Profile.NotAfter == CertificateEnd.NoWellDefinedExpiration;
        if (isEndless && (tbs.NotAfter.ToUnixTimeSeconds() != NoWellDefinedExpiration || tbs.NotBefore < issuer.NotBefore))
            yield return new(
                "validity",
                "RFC 5280 §4.1.2.5, IEEE 802.1AR",
                $"{tbs.NotBefore:O} to {tbs.NotAfter:O} is not from within the issuer's life to 99991231235959Z."
            );
        if (!isEndless && (tbs.NotBefore >= tbs.NotAfter || tbs.NotBefore < issuer.NotBefore || tbs.NotAfter > issuer.NotAfter))
            yield return new(
                "validity",
                "RFC 5280 §4.1.2.5",
                $"{tbs.NotBefore:O} to {tbs.NotAfter:O} is not within the issuer's {issuer.NotBefore:O} to {issuer.NotAfter:O}."
            );
        if (!isEndless && tbs.NotAfter - tbs.NotBefore >= TimeSpan.FromDays(plan.Profile.ValidityDays))
            yield return new(
                "validity-too-long",
                $"profiles/{plan.Profile.Id}",
                $"The certificate lives longer than {plan.Profile.ValidityDays} days."
            );
    }

    private static IEnumerable<LintFinding> FindInExtensions(DecodedTbs tbs, CertificatePlan plan, IssuerCertificate issuer)
    {
        foreach (var twice in tbs.Extensions.GroupBy(extension => extension.Oid).Where(group => group.Count() > 1))
            yield return new("extension-twice", "RFC 5280 §4.2", $"{twice.Key} is there {twice.Count()} times.");

        string[] known = ["2.5.29.14", "2.5.29.15", "2.5.29.17", "2.5.29.19", "2.5.29.35", "2.5.29.37", .. PointsLint.Known];
        foreach (var foreign in tbs.Extensions.Where(extension => !known.Contains(extension.Oid)))
            yield return new("extension-foreign", "profiles decide the extensions", $"{foreign.Oid} belongs to no profile.");

        // An empty SEQUENCE: cA FALSE by default, no path length.
        if (tbs.Find("2.5.29.19") is var constraints && (constraints is not null) != plan.Profile.BasicConstraints)
            yield return new("basic-constraints-presence", $"profiles/{plan.Profile.Id}", "basicConstraints is not as the profile says.");
        if (constraints is { } found && (!found.Critical || found.Value.Span is not [0x30, 0x00]))
            yield return new("basic-constraints", "RFC 5280 §4.2.1.9", "basicConstraints of an end entity is critical and empty.");

        if (
            tbs.Find("2.5.29.15") is not { Critical: true } usage
            || KeyUsageOf(usage.Value) is not { } bits
            || !bits.SetEquals(plan.Profile.KeyUsage.Select(bit => (int)bit))
        )
            yield return new("key-usage", "RFC 5280 §4.2.1.3", "keyUsage is missing, not critical, or not the profile's.");
        if (
            tbs.Find("2.5.29.37") is not { Critical: false } purposes
            || !PurposesOf(purposes.Value).SequenceEqual(plan.Profile.ExtendedKeyUsage.Select(purpose => (KeyPurpose?)purpose))
        )
            yield return new("extended-key-usage", "RFC 5280 §4.2.1.12", "extendedKeyUsage is missing, critical, or not the profile's.");
        if (
            tbs.Find("2.5.29.14") is not { Critical: false } subjectKey
            || subjectKey.Value.Span is not [0x04, 20, .. var identifier]
            || !identifier.SequenceEqual(tbs.ComputeKeyIdentifier())
        )
            yield return new(
                "subject-key-identifier",
                "RFC 5280 §4.2.1.2, RFC 7093 §2",
                "subjectKeyIdentifier is missing, critical, or not the key's."
            );
        if (
            tbs.Find("2.5.29.35") is not { Critical: false } authorityKey
            || authorityKey.Value.Span is not [0x30, 22, 0x80, 20, .. var named]
            || !named.SequenceEqual(issuer.KeyIdentifier)
        )
            yield return new(
                "authority-key-identifier",
                "RFC 5280 §4.2.1.1",
                "authorityKeyIdentifier is missing, critical, or not the issuer's."
            );
        foreach (var finding in FindInAlternativeNames(tbs, plan))
            yield return finding;
    }

    private static IEnumerable<LintFinding> FindInAlternativeNames(DecodedTbs tbs, CertificatePlan plan)
    {
        var expected = plan.DnsNames.Select(name => "DNS:" + name).Concat(plan.Addresses.Select(address => "IP:" + address)).ToList();
        if (plan.HardwareModuleName is { } hardware)
            expected.Insert(0, $"hardware:{hardware.HwType}:{hardware.HwSerialNum}");
        var extension = tbs.Find("2.5.29.17");
        var actual = extension is { } present ? AlternativeNamesOf(present.Value) : [];
        if ((extension is not null) != (expected.Count > 0) || !actual.SequenceEqual(expected))
            yield return new(
                "subject-alternative-name",
                "RFC 5280 §4.2.1.6",
                $"The names are {string.Join(", ", actual)}, approved were {string.Join(", ", expected)}."
            );
        if (extension is { Critical: true })
            yield return new(
                "subject-alternative-name-critical",
                "RFC 5280 §4.2.1.6",
                "subjectAltName is critical beside a subject that is not empty."
            );
    }

    private static IEnumerable<LintFinding> FindInSubject(DecodedTbs tbs, CertificatePlan plan)
    {
        var subject = DistinguishedName.Decode(tbs.Subject);
        foreach (var finding in NameLint.Find(subject, ""))
            yield return finding;

        if (
            plan.Profile.For == RequestKind.ProvisioningServer
            && (subject.Values("2.5.4.3").ToList() is not [var name] || !ServerCommonName.TryParse(name, out _))
        )
            yield return new(
                "server-common-name",
                "firmware: CN is the FQDN, optionally followed by \"/\"",
                "The subject's common name is no provisioning server's."
            );
        if (
            plan.Profile.For is RequestKind.Device or RequestKind.TestDevice
            && DeviceSubject.Explain(subject, plan.UnsafeForeignHexRun, plan.HardwareModuleName?.HwSerialNum) is { } defect
        )
            yield return new("device-subject", "providers' parsers: the only run of 12 hexadecimal digits is the device's MAC", defect);
    }

    /// <summary>The bits that are set; null when the encoding is not the one that DER has for them (X.690 §11.2.2: no zero bit at the end).</summary>
    private static HashSet<int>? KeyUsageOf(ReadOnlyMemory<byte> value)
    {
        var bits = AsnDecoder.ReadBitString(value.Span, AsnEncodingRules.DER, out var unused, out var used);
        if (used != value.Length || bits.Length == 0 || ((bits[^1] >> unused) & 1) == 0)
            return null;
        return [.. Enumerable.Range(0, bits.Length * 8).Where(bit => (bits[bit / 8] & (0x80 >> (bit % 8))) != 0)];
    }

    private static List<KeyPurpose?> PurposesOf(ReadOnlyMemory<byte> value)
    {
        var list = ContentOfList(value);
        var purposes = new List<KeyPurpose?>();
        while (!list.IsEmpty)
        {
            var oid = AsnDecoder.ReadObjectIdentifier(list.Span, AsnEncodingRules.DER, out var used);
            purposes.Add(
                oid switch
                {
                    "1.3.6.1.5.5.7.3.1" => KeyPurpose.ServerAuth,
                    "1.3.6.1.5.5.7.3.2" => KeyPurpose.ClientAuth,
                    "1.3.6.1.5.5.7.3.9" => KeyPurpose.OcspSigning,
                    _ => null,
                }
            );
            list = list[used..];
        }

        return purposes;
    }

    private static List<string> AlternativeNamesOf(ReadOnlyMemory<byte> value)
    {
        var list = ContentOfList(value);
        var names = new List<string>();
        while (!list.IsEmpty)
        {
            var tag = AsnDecoder.ReadEncodedValue(list.Span, AsnEncodingRules.DER, out var at, out var size, out var used);
            var content = list.Span.Slice(at, size);
            names.Add(
                (tag.TagClass, tag.IsConstructed, tag.TagValue, size) switch
                {
                    (TagClass.ContextSpecific, true, 0, _) => OtherNameOf(content),
                    (TagClass.ContextSpecific, false, 2, _) => "DNS:" + System.Text.Encoding.Latin1.GetString(content),
                    (TagClass.ContextSpecific, false, 7, 4 or 16) => "IP:" + new System.Net.IPAddress(content),
                    _ => "?",
                }
            );
            list = list[used..];
        }

        return names;
    }

    /// <summary>An otherName's content: a hardwareModuleName spelled out, anything else as what it is not.</summary>
    private static string OtherNameOf(ReadOnlySpan<byte> name)
    {
        var kind = AsnDecoder.ReadObjectIdentifier(name, AsnEncodingRules.DER, out var used);
        var outer = AsnDecoder.ReadEncodedValue(name[used..], AsnEncodingRules.DER, out var at, out var size, out var consumed);
        if (
            kind != "1.3.6.1.5.5.7.8.4"
            || outer is not { TagClass: TagClass.ContextSpecific, TagValue: 0, IsConstructed: true }
            || used + consumed != name.Length
        )
            return "?";

        var value = name.Slice(used + at, size);
        AsnDecoder.ReadSequence(value, AsnEncodingRules.DER, out var offset, out var length, out var whole);
        var module = value.Slice(offset, length);
        var type = AsnDecoder.ReadObjectIdentifier(module, AsnEncodingRules.DER, out var typed);
        var serial = AsnDecoder.ReadOctetString(module[typed..], AsnEncodingRules.DER, out var rest);
        return whole == value.Length && typed + rest == module.Length
            ? $"hardware:{type}:{System.Text.Encoding.Latin1.GetString(serial)}"
            : "?";
    }

    private static ReadOnlyMemory<byte> ContentOfList(ReadOnlyMemory<byte> value)
    {
        AsnDecoder.ReadSequence(value.Span, AsnEncodingRules.DER, out var offset, out var length, out var used);
        return used == value.Length ? value.Slice(offset, length) : throw new AsnContentException("Bytes follow a list in an extension.");
    }
}

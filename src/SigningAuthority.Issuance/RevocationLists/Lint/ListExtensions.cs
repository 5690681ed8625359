using System.Formats.Asn1;
using System.Numerics;
using System.Text;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Certificates.Lint;

namespace SigningAuthority.Issuance.RevocationLists.Lint;

/// <summary>The part of the lint that looks at crlExtensions (RFC 5280 §5.2).</summary>
internal static class ListExtensions
{
    public static IEnumerable<LintFinding> Find(ReadOnlyMemory<byte> wrapped, RevocationListPlan plan, IssuerCertificate issuer)
    {
        var extensions = DerSlices.ReadExtensions(DerSlices.Content(wrapped, Asn1Tag.Sequence, out var rest));
        DerSlices.Require(rest.IsEmpty, "Bytes follow crlExtensions.");
        foreach (var twice in extensions.GroupBy(extension => extension.Oid).Where(group => group.Count() > 1))
            yield return new("crl-extension-twice", "RFC 5280 §4.2", $"{twice.Key} is there {twice.Count()} times.");

        string[] known = ["2.5.29.35", "2.5.29.20", "2.5.29.27", "2.5.29.28", "2.5.29.46"];
        foreach (var foreign in extensions.Where(extension => !known.Contains(extension.Oid)))
            yield return new("crl-extension-foreign", "RFC 5280 §5.2", $"{foreign.Oid} is on no list of ours.");

        if (
            Of("2.5.29.35") is not { Critical: false } key
            || key.Value.Span is not [0x30, 22, 0x80, 20, .. var named]
            || !named.SequenceEqual(issuer.KeyIdentifier)
        )
            yield return new(
                "crl-authority-key-identifier",
                "RFC 5280 §5.2.1",
                "authorityKeyIdentifier is missing, critical, or not the issuer's."
            );
        if (Of("2.5.29.20") is not { Critical: false } number || NumberIn(number.Value) != plan.Number || plan.Number < 0)
            yield return new("crl-number", "RFC 5280 §5.2.3", $"cRLNumber is missing, critical, negative, or not {plan.Number}.");
        foreach (var finding in FindInDelta(Of("2.5.29.27"), plan))
            yield return finding;

        var point = Of("2.5.29.28");
        if (plan.DistributionPoint is { } address)
        {
            if (point is not { Critical: true } found || !IsFullName(SequenceIn(found.Value), address))
                yield return new(
                    "crl-issuing-distribution-point",
                    "RFC 5280 §5.2.5",
                    $"issuingDistributionPoint is missing, not critical, or not {address} alone."
                );
        }
        else if (point is not null)
        {
            yield return new(
                "crl-issuing-distribution-point-unplanned",
                "RFC 5280 §5.2.5",
                "issuingDistributionPoint is on a list that speaks of all certificates."
            );
        }

        var freshest = Of("2.5.29.46");
        if (plan.FreshestCrl is { } delta)
        {
            if (
                plan.BaseNumber is not null
                || freshest is not { Critical: false } found
                || !IsFullName(SequenceIn(SequenceIn(found.Value)), delta)
            )
                yield return new("crl-freshest", "RFC 5280 §5.2.6", $"freshestCRL is missing, critical, on a delta, or not {delta} alone.");
        }
        else if (freshest is not null)
        {
            yield return new("crl-freshest-unplanned", "RFC 5280 §5.2.6", "freshestCRL is there, and no delta is planned.");
        }

        DecodedExtension? Of(string oid)
        {
            var found = extensions.FindIndex(extension => extension.Oid == oid);
            return found < 0 ? null : extensions[found];
        }
    }

    private static IEnumerable<LintFinding> FindInDelta(DecodedExtension? indicator, RevocationListPlan plan)
    {
        if (plan.BaseNumber is not { } number)
        {
            if (indicator is not null)
                yield return new("crl-delta-unplanned", "RFC 5280 §5.2.4", "deltaCRLIndicator is on a list that is no delta.");
            yield break;
        }

        if (indicator is not { Critical: true } found || NumberIn(found.Value) != number)
            yield return new("crl-delta-indicator", "RFC 5280 §5.2.4", $"deltaCRLIndicator is missing, not critical, or not {number}.");
        if (number < 0 || number > plan.Number)
            yield return new(
                "crl-delta-base",
                "RFC 5280 §5.2.3, §5.2.4",
                $"A delta of number {plan.Number} can't start from {number}: both are of one numbering that rises."
            );
    }

    /// <summary>distributionPoint [0] { fullName [0] { uniformResourceIdentifier [6] } }, and nothing beside it.</summary>
    private static bool IsFullName(ReadOnlyMemory<byte> content, Uri address)
    {
        var zero = new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true);
        var point = DerSlices.Content(content, zero, out var afterPoint);
        var names = DerSlices.Content(point, zero, out var afterNames);
        var name = DerSlices.Content(names, new Asn1Tag(TagClass.ContextSpecific, 6), out var afterName);
        return afterPoint.IsEmpty && afterNames.IsEmpty && afterName.IsEmpty && Encoding.Latin1.GetString(name.Span) == address.AbsoluteUri;
    }

    private static ReadOnlyMemory<byte> SequenceIn(ReadOnlyMemory<byte> value)
    {
        var content = DerSlices.Content(value, Asn1Tag.Sequence, out var rest);
        DerSlices.Require(rest.IsEmpty, "Bytes follow a SEQUENCE in an extension.");
        return content;
    }

    private static BigInteger NumberIn(ReadOnlyMemory<byte> value)
    {
        var number = AsnDecoder.ReadInteger(value.Span, AsnEncodingRules.DER, out var used);
        DerSlices.Require(used == value.Length, "Bytes follow a number in an extension.");
        return number;
    }
}

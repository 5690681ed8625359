using System.Formats.Asn1;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Certificates.Lint;

namespace SigningAuthority.Issuance.RevocationLists.Lint;

/// <summary>
/// The last look at the very bytes of a revocation list about to be signed: decoded anew, in constant memory, and held against the plan,
/// the issuer and RFC 5280. Every rule is run; one finding is enough to sign nothing.
/// </summary>
public static class LintRevocationList
{
    // Enough to know what is wrong; a list of a million wrong entries is no reason to hold a million findings.
    private const int MostFindings = 32;

    /// <param name="toBeSigned">The bytes that the key would sign, from their beginning to their end.</param>
    /// <param name="plan">What list was to be made.</param>
    /// <param name="issuer">Who would sign.</param>
    /// <param name="expected">What belongs on it, from where it comes and not from the bytes.</param>
    /// <returns>Empty when the bytes may be signed; at most 32.</returns>
    public static IReadOnlyList<LintFinding> Find(
        Stream toBeSigned,
        RevocationListPlan plan,
        IssuerCertificate issuer,
        RevocationListContent expected
    )
    {
        var findings = new List<LintFinding>();
        try
        {
            findings.AddRange(FindIn(new DerStream(toBeSigned), plan, issuer, expected).Take(MostFindings));
        }
        catch (AsnContentException exception)
        {
            findings.Add(new LintFinding("crl-malformed", "RFC 5280 §5.1", exception.Message));
        }

        return findings;
    }

    private static IEnumerable<LintFinding> FindIn(
        DerStream bytes,
        RevocationListPlan plan,
        IssuerCertificate issuer,
        RevocationListContent expected
    )
    {
        var length = bytes.ReadHeader(0x30, "the TBSCertList");
        var end = bytes.Position + length;
        if (bytes.ReadContent(0x02, "the version") is not [1])
            yield return new("crl-version", "RFC 5280 §5.1.2.1", "The version is not v2(1).");
        if (!bytes.ReadContent(0x30, "the signature's algorithm").SequenceEqual(Sha256WithRsa))
            yield return new(
                "crl-signature-algorithm",
                "RFC 5280 §5.1.2.2, RFC 4055 §5",
                "The signature's algorithm is not sha256WithRSAEncryption with NULL parameters."
            );
        if (!IsName(bytes.ReadContent(0x30, "the issuer"), issuer))
            yield return new("crl-issuer", "RFC 5280 §5.1.2.3", "The issuer is not the authority's subject, octet by octet.");
        foreach (var finding in FindInTimes(ReadTime(bytes), bytes.Peek() is 0x17 or 0x18 ? ReadTime(bytes) : null, plan, issuer))
            yield return finding;

        var entries = 0L;
        using var content = new RevocationListContent();
        if (bytes.Peek() == 0x30)
        {
            var list = bytes.ReadHeader(0x30, "revokedCertificates");
            if (list == 0)
                yield return new("crl-entries-empty", "RFC 5280 §5.1.2.6", "revokedCertificates is there, and empty.");
            var reader = new EntryReader(bytes, plan, content);
            for (var last = bytes.Position + list; bytes.Position < last; entries++)
            {
                if (reader.Read() is { } finding)
                    yield return finding;
                DerStream.Require(bytes.Position <= last, "An entry goes beyond the list's end.");
            }
        }

        if (entries != expected.Entries)
            yield return new("crl-entries", "RFC 5280 §5.1.2.6", $"{entries} certificates are on the list; {expected.Entries} should be.");
        else if (!content.Sha256.AsSpan().SequenceEqual(expected.Sha256))
            yield return new(
                "crl-entries-content",
                "RFC 5280 §5.1.2.6, §5.3.1",
                "The list has other serial numbers, times or reasons than those that should be on it."
            );
        var extensions = bytes.ReadContent(0xA0, "crlExtensions").ToArray();
        foreach (var finding in ListExtensions.Find(extensions, plan, issuer))
            yield return finding;
        DerStream.Require(bytes.Position == end, "The TBSCertList's length is not that of its fields.");
        DerStream.Require(bytes.Peek() == -1, "Bytes follow the TBSCertList.");
    }

    private static IEnumerable<LintFinding> FindInTimes(
        ListTime thisUpdate,
        ListTime? next,
        RevocationListPlan plan,
        IssuerCertificate issuer
    )
    {
        if (next is not { } nextUpdate)
        {
            yield return new("crl-next-update-missing", "RFC 5280 §5.1.2.5", "nextUpdate is missing.");
            yield break;
        }

        if (!thisUpdate.IsInItsForm || !nextUpdate.IsInItsForm)
            yield return new(
                "crl-time-form",
                "RFC 5280 §5.1.2.4, §5.1.2.5",
                "A time is not UTCTime through 2049 and GeneralizedTime from 2050, in Zulu and whole seconds."
            );
        if (thisUpdate.Time != plan.ThisUpdate || nextUpdate.Time != plan.NextUpdate)
            yield return new(
                "crl-times",
                "RFC 5280 §5.1.2.4, §5.1.2.5",
                $"The list is of {thisUpdate.Time:O} and {nextUpdate.Time:O}, planned were {plan.ThisUpdate:O} and {plan.NextUpdate:O}."
            );
        if (nextUpdate.Time <= thisUpdate.Time)
            yield return new("crl-next-update", "RFC 5280 §5.1.2.5", "nextUpdate is not after thisUpdate.");
        if (thisUpdate.Time < issuer.NotBefore || thisUpdate.Time > issuer.NotAfter)
            yield return new(
                "crl-outside-issuers-life",
                "RFC 5280 §6.3.3 (f)",
                $"thisUpdate is not within the issuer's {issuer.NotBefore:O} to {issuer.NotAfter:O}."
            );
    }

    private static bool IsName(ReadOnlySpan<byte> content, IssuerCertificate issuer)
    {
        var name = issuer.Subject.Der.Span;
        AsnDecoder.ReadSequence(name, AsnEncodingRules.DER, out var offset, out var length, out _);
        return name.Slice(offset, length).SequenceEqual(content);
    }

    private static ListTime ReadTime(DerStream bytes)
    {
        var tag = (byte)bytes.Peek();
        return ListTime.Read(tag, bytes.ReadContent(tag, "a time"));
    }

    // OBJECT IDENTIFIER 1.2.840.113549.1.1.11, NULL.
    private static ReadOnlySpan<byte> Sha256WithRsa => [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0B, 0x05, 0x00];
}

using System.Formats.Asn1;
using SigningAuthority.Issuance.Keys;

namespace SigningAuthority.Issuance.Certificates.Lint;

/// <summary>What a root must say: the facts that were confirmed, and the key that was made for it.</summary>
/// <param name="Subject">Also the issuer.</param>
/// <param name="SubjectPublicKeyInfo">DER.</param>
/// <param name="Algorithm">As configured; RSA.</param>
/// <param name="NotBefore">Inclusive; whole seconds.</param>
/// <param name="NotAfter">Inclusive; whole seconds.</param>
public sealed record ExpectedRoot(
    DistinguishedName Subject,
    ReadOnlyMemory<byte> SubjectPublicKeyInfo,
    KeyAlgorithm Algorithm,
    DateTimeOffset NotBefore,
    DateTimeOffset NotAfter
);

/// <summary>
/// The last look at the very bytes that a new key is about to sign as its own root: decoded anew, and held against what
/// was confirmed and RFC 5280. Every rule is run; one finding is enough to sign nothing.
/// </summary>
public static class LintRootCertificate
{
    /// <param name="toBeSigned">The bytes that the key would sign.</param>
    /// <param name="expected">What they must say.</param>
    /// <returns>Empty when the bytes may be signed.</returns>
    public static IReadOnlyList<LintFinding> Find(ReadOnlyMemory<byte> toBeSigned, ExpectedRoot expected)
    {
        try
        {
            var tbs = DecodedTbs.Decode(toBeSigned);
            var key = tbs.ComputeKeyIdentifier();
            return
            [
                .. AuthorityLint.FindInFields(tbs, "root"),
                .. FindInFields(tbs, expected),
                .. NameLint.Find(DistinguishedName.Decode(tbs.Subject), "root-"),
                .. AuthorityLint.FindInExtensions(tbs, "root", key, key, others: []),
            ];
        }
        catch (AsnContentException exception)
        {
            return [new LintFinding("root-malformed", "RFC 5280 §4.1", exception.Message)];
        }
    }

    private static IEnumerable<LintFinding> FindInFields(DecodedTbs tbs, ExpectedRoot expected)
    {
        if (!tbs.Issuer.AsSpan().SequenceEqual(expected.Subject.Der.Span))
            yield return new("root-issuer", "RFC 5280 §4.1.2.4", "The issuer is not the configured subject, octet by octet.");
        if (!tbs.Subject.AsSpan().SequenceEqual(expected.Subject.Der.Span))
            yield return new("root-subject", "RFC 5280 §4.1.2.6", "The subject is not the configured one, octet by octet.");
        if (!tbs.Subject.AsSpan().SequenceEqual(tbs.Issuer))
            yield return new("root-not-self-issued", "RFC 5280 §3.2", "Subject and issuer differ: that is no root.");
        if (!tbs.SubjectPublicKeyInfo.AsSpan().SequenceEqual(expected.SubjectPublicKeyInfo.Span))
            yield return new("root-subject-key", "RFC 5280 §4.1.2.7", "The public key is not the one that was made for this root.");
        if (!IsRsaKey(tbs.SubjectPublicKeyInfo, expected.Algorithm))
            yield return new(
                "root-key",
                "RFC 3279 §2.3.1, RFC 8017 §3.1",
                $"The public key is no {expected.Algorithm} with NULL parameters, an odd modulus and an odd exponent from 3 on."
            );
        if (tbs.NotBefore != expected.NotBefore || tbs.NotAfter != expected.NotAfter || tbs.NotBefore >= tbs.NotAfter)
            yield return new(
                "root-validity",
                "RFC 5280 §4.1.2.5",
                $"{tbs.NotBefore:O} to {tbs.NotAfter:O} is not {expected.NotBefore:O} to {expected.NotAfter:O}, or empty."
            );
    }

    private static bool IsRsaKey(ReadOnlyMemory<byte> subjectPublicKeyInfo, KeyAlgorithm algorithm)
    {
        var info = DerSlices.Content(subjectPublicKeyInfo, Asn1Tag.Sequence, out _);
        var rest = DerSlices.Next(info, out var identifier);
        // SEQUENCE { rsaEncryption, NULL }.
        if (identifier.Span is not [0x30, 13, 0x06, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01, 0x05, 0x00])
            return false;

        var bits = AsnDecoder.ReadBitString(rest.Span, AsnEncodingRules.DER, out var unused, out var used);
        DerSlices.Require(unused == 0 && used == rest.Length, "The public key is more than whole octets in one BIT STRING.");
        var numbers = DerSlices.Content(bits, Asn1Tag.Sequence, out var afterNumbers);
        var modulus = AsnDecoder.ReadInteger(numbers.Span, AsnEncodingRules.DER, out var first);
        var exponent = AsnDecoder.ReadInteger(numbers.Span[first..], AsnEncodingRules.DER, out var second);
        DerSlices.Require(afterNumbers.IsEmpty && first + second == numbers.Length, "The RSA key has more than two numbers.");
        return algorithm.IsRsa
            && modulus.Sign > 0
            && modulus.GetBitLength() == algorithm.SizeInBits
            && !modulus.IsEven
            && exponent >= 3
            && !exponent.IsEven;
    }
}

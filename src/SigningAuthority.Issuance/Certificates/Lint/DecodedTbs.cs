using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;

namespace SigningAuthority.Issuance.Certificates.Lint;

/// <summary>
/// A TBSCertificate taken apart for checking. Shares no code with the encoder, so that one mistake can't hide another:
/// it works on spans of the very bytes, with its own offsets, and knows nothing of plans or profiles.
/// </summary>
internal sealed class DecodedTbs
{
    private DecodedTbs() { }

    public required int Version { get; init; }

    public required BigInteger SerialNumber { get; init; }

    public required int SerialNumberOctets { get; init; }

    public required string SignatureAlgorithm { get; init; }

    public required bool SignatureParametersAreNull { get; init; }

    public required byte[] Issuer { get; init; }

    public required DateTimeOffset NotBefore { get; init; }

    public required DateTimeOffset NotAfter { get; init; }

    public required bool TimesAreInTheirForms { get; init; }

    public required byte[] Subject { get; init; }

    public required byte[] SubjectPublicKeyInfo { get; init; }

    public required IReadOnlyList<DecodedExtension> Extensions { get; init; }

    public DecodedExtension? Find(string oid)
    {
        foreach (var extension in Extensions)
        {
            if (extension.Oid == oid)
                return extension;
        }

        return null;
    }

    /// <summary>RFC 7093 §2 method 1, as in the builders, but computed from the bytes at hand.</summary>
    /// <returns>20 octets.</returns>
    /// <exception cref="AsnContentException">The public key is none in DER.</exception>
    public byte[] ComputeKeyIdentifier()
    {
        var info = DerSlices.Content(SubjectPublicKeyInfo, Asn1Tag.Sequence, out _);
        var key = DerSlices.Next(info, out _);
        return SHA256.HashData(AsnDecoder.ReadBitString(key.Span, AsnEncodingRules.DER, out _, out _))[..20];
    }

    /// <exception cref="AsnContentException">The bytes are no TBSCertificate in DER.</exception>
    public static DecodedTbs Decode(ReadOnlyMemory<byte> bytes)
    {
        var body = DerSlices.Content(bytes, Asn1Tag.Sequence, out var rest);
        DerSlices.Require(rest.IsEmpty, "Bytes follow the TBSCertificate.");

        var version = DerSlices.Content(body, new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true), out body);
        var serial = DerSlices.Next(body, out var serialNumber);
        var signature = DerSlices.Content(serial, Asn1Tag.Sequence, out var afterSignature);
        var algorithm = AsnDecoder.ReadObjectIdentifier(signature.Span, AsnEncodingRules.DER, out var algorithmLength);
        DerSlices.Next(afterSignature, out var issuer);
        var validity = DerSlices.Content(afterSignature[issuer.Length..], Asn1Tag.Sequence, out var afterValidity);
        DerSlices.Next(afterValidity, out var subject);
        DerSlices.Next(afterValidity[subject.Length..], out var key);
        var wrapped = DerSlices.Content(
            afterValidity[(subject.Length + key.Length)..],
            new Asn1Tag(TagClass.ContextSpecific, 3, isConstructed: true),
            out var end
        );
        var list = DerSlices.Content(wrapped, Asn1Tag.Sequence, out var afterList);
        DerSlices.Require(end.IsEmpty && afterList.IsEmpty, "A field follows the extensions.");

        var number = AsnDecoder.ReadInteger(serialNumber.Span, AsnEncodingRules.DER, out _);
        var notBefore = DerSlices.ReadTime(validity, out var first, out var firstForm);
        var notAfter = DerSlices.ReadTime(validity[first..], out var second, out var secondForm);
        DerSlices.Require(validity.Length == first + second, "The validity has more than two times.");
        return new DecodedTbs
        {
            Version = ReadVersion(version),
            SerialNumber = number,
            SerialNumberOctets = AsnDecoder.ReadIntegerBytes(serialNumber.Span, AsnEncodingRules.DER, out _).Length,
            SignatureAlgorithm = algorithm,
            SignatureParametersAreNull = signature.Span[algorithmLength..] is [0x05, 0x00],
            Issuer = issuer.ToArray(),
            NotBefore = notBefore,
            NotAfter = notAfter,
            TimesAreInTheirForms = firstForm && secondForm,
            Subject = subject.ToArray(),
            SubjectPublicKeyInfo = key.ToArray(),
            Extensions = DerSlices.ReadExtensions(list),
        };
    }

    private static int ReadVersion(ReadOnlyMemory<byte> version)
    {
        DerSlices.Require(
            AsnDecoder.TryReadInt32(version.Span, AsnEncodingRules.DER, out var number, out var used) && used == version.Length,
            "The version is more than a number."
        );
        return number;
    }
}

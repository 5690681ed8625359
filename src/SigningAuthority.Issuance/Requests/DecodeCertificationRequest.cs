using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Requests.Signatures;

namespace SigningAuthority.Issuance.Requests;

/// <summary>Decodes the DER of a PKCS#10 request (RFC 2986 §4) and computes its proof of possession. Strict DER; nothing may follow.</summary>
internal static class DecodeCertificationRequest
{
    /// <summary>Modulus sizes beyond which a signature is not even computed: a request must not buy unbounded work.</summary>
    private const int LargestComputedModulusBits = 8192;

    /// <exception cref="AsnContentException">The bytes are no such structure.</exception>
    public static CertificationRequest Decode(ReadOnlyMemory<byte> der)
    {
        var reader = new AsnReader(der, AsnEncodingRules.DER);
        var request = reader.ReadSequence();
        reader.ThrowIfNotEmpty();

        var signedBytes = request.PeekEncodedValue();
        var info = request.ReadSequence();
        var signatureAlgorithm = request.ReadSequence().ReadObjectIdentifier();
        var signature = request.ReadBitString(out var unusedBits);
        request.ThrowIfNotEmpty();
        if (unusedBits != 0)
            throw new AsnContentException("The signature is not a whole number of octets.");

        if (!info.TryReadInt32(out var version) || version != 0)
            throw new AsnContentException("The request's version is not v1(0) (RFC 2986 §4.1).");
        var subject = DistinguishedName.Decode(info.ReadEncodedValue());
        var (key, rsa) = DecodeKey(info.ReadEncodedValue());
        var attributes = DecodeAttributes(info);
        info.ThrowIfNotEmpty();

        var proof = rsa is { } parameters
            ? Verify(parameters, key.Bits, signatureAlgorithm, signedBytes.Span, signature)
            : ProofOfPossession.NotComputed;
        return new CertificationRequest(der, subject, key, attributes, signatureAlgorithm, proof);
    }

    private static (RequestedPublicKey Key, RSAParameters? Rsa) DecodeKey(ReadOnlyMemory<byte> spki)
    {
        var reader = new AsnReader(spki, AsnEncodingRules.DER).ReadSequence();
        var algorithm = reader.ReadSequence();
        var oid = algorithm.ReadObjectIdentifier();
        var bits = reader.ReadBitString(out var unusedBits);
        reader.ThrowIfNotEmpty();
        var hash = SHA256.HashData(spki.Span);
        if (oid != ObjectIdentifiers.RsaEncryption)
            return (new RequestedPublicKey(spki, hash, oid, 0, ReadOnlyMemory<byte>.Empty, ReadOnlyMemory<byte>.Empty), null);

        // RFC 3279 §2.3.1: the parameters are NULL. One key has one encoding and so one hash, or a key could be certified
        // again in other clothes; and nothing but a key gets from a request into a certificate.
        algorithm.ReadNull();
        algorithm.ThrowIfNotEmpty();
        if (unusedBits != 0)
            throw new AsnContentException("The public key is not a whole number of octets.");
        var outer = new AsnReader(bits, AsnEncodingRules.DER);
        var rsa = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        var modulus = Magnitude(rsa.ReadIntegerBytes());
        var exponent = Magnitude(rsa.ReadIntegerBytes());
        rsa.ThrowIfNotEmpty();
        var size = (modulus.Length * 8) - int.LeadingZeroCount(modulus.Span[0]) + 24;
        var parameters = new RSAParameters { Modulus = modulus.ToArray(), Exponent = exponent.ToArray() };
        return (new RequestedPublicKey(spki, hash, oid, size, modulus, exponent), parameters);
    }

    private static ReadOnlyMemory<byte> Magnitude(ReadOnlyMemory<byte> integer)
    {
        if ((integer.Span[0] & 0x80) != 0)
            throw new AsnContentException("An RSA key has a negative number in it.");
        var magnitude = integer.Span[0] == 0 ? integer[1..] : integer;
        return magnitude.IsEmpty ? throw new AsnContentException("An RSA key has a zero in it.") : magnitude;
    }

    private static RequestedAttributes DecodeAttributes(AsnReader info)
    {
        var hasPassword = false;
        var isAuthority = false;
        var names = new List<RequestedName>();
        var extensions = new List<string>();
        var others = new List<string>();

        // RFC 2986 §4.1: attributes [0] IMPLICIT SET OF. Some old tools leave the empty set out; so may we.
        var attributes = info.HasData ? info.ReadSetOf(skipSortOrderValidation: true, new Asn1Tag(TagClass.ContextSpecific, 0)) : null;
        while (attributes is { HasData: true })
        {
            var attribute = attributes.ReadSequence();
            var oid = attribute.ReadObjectIdentifier();
            var values = attribute.ReadSetOf(skipSortOrderValidation: true);
            attribute.ThrowIfNotEmpty();
            switch (oid)
            {
                case ObjectIdentifiers.ChallengePassword:
                    hasPassword = true;
                    break;
                case ObjectIdentifiers.ExtensionRequest:
                    while (values.HasData)
                        DecodeExtensions(values.ReadSequence(), extensions, names, ref isAuthority);
                    break;
                default:
                    others.Add(oid);
                    break;
            }
        }

        return new RequestedAttributes(hasPassword, names, isAuthority, extensions, others);
    }

    private static void DecodeExtensions(AsnReader list, List<string> extensions, List<RequestedName> names, ref bool isAuthority)
    {
        while (list.HasData)
        {
            var extension = list.ReadSequence();
            var oid = extension.ReadObjectIdentifier();
            if (extension.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean))
                extension.ReadBoolean();
            var value = new AsnReader(extension.ReadOctetString(), AsnEncodingRules.DER);
            extension.ThrowIfNotEmpty();
            extensions.Add(oid);
            if (oid == ObjectIdentifiers.SubjectAlternativeName)
                DecodeNames(ReadTheSequence(value), names);
            else if (oid == ObjectIdentifiers.BasicConstraints)
                isAuthority |= DecodeIsAuthority(ReadTheSequence(value));
        }
    }

    private static AsnReader ReadTheSequence(AsnReader value)
    {
        var sequence = value.ReadSequence();
        value.ThrowIfNotEmpty();
        return sequence;
    }

    // RFC 5280 §4.2.1.9: cA BOOLEAN DEFAULT FALSE. Some tools write the default out, which DER forbids; it reads as false all the same.
    private static bool DecodeIsAuthority(AsnReader constraints) =>
        constraints.HasData && constraints.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean) && constraints.ReadBoolean();

    private static void DecodeNames(AsnReader list, List<RequestedName> names)
    {
        while (list.HasData)
        {
            var tag = list.PeekTag();
            names.Add(
                tag.TagClass == TagClass.ContextSpecific
                    ? DecodeName(list, tag)
                    : throw new AsnContentException("A subjectAltName holds no GeneralName.")
            );
        }
    }

    // RFC 5280 §4.2.1.6, GeneralName.
    private static RequestedName DecodeName(AsnReader list, Asn1Tag tag)
    {
        switch (tag.TagValue)
        {
            case 1:
                return new RequestedName("email", list.ReadCharacterString(UniversalTagNumber.IA5String, tag));
            case 2:
                return new RequestedName("DNS", list.ReadCharacterString(UniversalTagNumber.IA5String, tag));
            case 6:
                return new RequestedName("URI", list.ReadCharacterString(UniversalTagNumber.IA5String, tag));
            case 7:
                var octets = list.ReadOctetString(tag);
                return new RequestedName("IP", octets.Length is 4 or 16 ? new IPAddress(octets).ToString() : Convert.ToHexString(octets));
            default:
                list.ReadEncodedValue();
                return new RequestedName("other", $"[{tag.TagValue}]");
        }
    }

    private static ProofOfPossession Verify(
        RSAParameters key,
        int bits,
        string algorithm,
        ReadOnlySpan<byte> data,
        ReadOnlySpan<byte> signature
    )
    {
        HashAlgorithmName? hash = algorithm switch
        {
            ObjectIdentifiers.Sha256WithRsa => HashAlgorithmName.SHA256,
            ObjectIdentifiers.Sha384WithRsa => HashAlgorithmName.SHA384,
            ObjectIdentifiers.Sha512WithRsa => HashAlgorithmName.SHA512,
            ObjectIdentifiers.Sha1WithRsa => HashAlgorithmName.SHA1,
            _ => null,
        };
        if (hash is null || bits > LargestComputedModulusBits)
            return ProofOfPossession.NotComputed;

        return VerifyRequestSignature.Run(key, hash.Value, data, signature) ? ProofOfPossession.Proven : ProofOfPossession.Failed;
    }
}

using System.Formats.Asn1;
using System.Security.Cryptography;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.UnitTests.Issuance.Requests;

/// <summary>
/// Makes PKCS#10 requests octet by octet, wrong ones too: every part can be replaced. Shares nothing with the decoder.
/// </summary>
internal sealed record RequestBuilder
{
    public static readonly string Md5WithRsa = "1.2.840.113549.1.1.4";

    public RSA Key { get; init; } = TestKeys.Provider;

    public IReadOnlyList<(string Oid, string Value)> Subject { get; init; } = [(NameAttributeTypes.CommonName, "sprov.callme.com")];

    public int Version { get; init; }

    public HashAlgorithmName Hash { get; init; } = HashAlgorithmName.SHA256;

    /// <summary>Replaces the algorithm's OID; the signature is still made with <see cref="Hash"/>.</summary>
    public string? SignatureAlgorithm { get; init; }

    /// <summary>Replaces the Name's encoding.</summary>
    public byte[]? SubjectDer { get; init; }

    /// <summary>Replaces the SubjectPublicKeyInfo.</summary>
    public byte[]? SubjectPublicKeyInfo { get; init; }

    /// <summary>Replaces the signature.</summary>
    public byte[]? Signature { get; init; }

    /// <summary>Encoded Attribute values (RFC 2986 §4.1); null leaves the whole field out.</summary>
    public IReadOnlyList<byte[]>? Attributes { get; init; } = [];

    public RequestBuilder WithCommonName(string name) => this with { Subject = [(NameAttributeTypes.CommonName, name)] };

    public RequestBuilder WithExtensions(params byte[][] extensions) =>
        this with
        {
            Attributes = [.. Attributes ?? [], Asn.Attribute(ObjectIdentifiers.ExtensionRequest, Asn.Sequence(extensions))],
        };

    public RequestBuilder WithChallengePassword(string password) =>
        this with
        {
            Attributes =
            [
                .. Attributes ?? [],
                Asn.Attribute(ObjectIdentifiers.ChallengePassword, Asn.Text(UniversalTagNumber.UTF8String, password)),
            ],
        };

    public byte[] ToDer()
    {
        var info = Asn.Sequence([
            Asn.Integer(Version),
            SubjectDer ?? Asn.Name([.. Subject]),
            SubjectPublicKeyInfo ?? Key.ExportSubjectPublicKeyInfo(),
            .. Attributes is null ? Array.Empty<byte[]>() : [Asn.Tagged(0xA0, Attributes)],
        ]);
        var signature = Signature ?? Key.SignData(info, Hash, RSASignaturePadding.Pkcs1);
        return Asn.Sequence(info, Asn.Sequence(Asn.Oid(SignatureAlgorithm ?? OidOf(Hash)), Asn.Null), Asn.BitString(signature));
    }

    public string ToPem() => PemEncoding.WriteString("CERTIFICATE REQUEST", ToDer());

    /// <exception cref="InvalidOperationException">The request can't be decoded.</exception>
    public CertificationRequest Read()
    {
        var outcome = ReadCertificationRequest.Read(ToDer());
        return outcome.Request ?? throw new InvalidOperationException(string.Join("; ", outcome.Violations));
    }

    private static string OidOf(HashAlgorithmName hash) =>
        hash.Name switch
        {
            "MD5" => Md5WithRsa,
            "SHA1" => ObjectIdentifiers.Sha1WithRsa,
            "SHA384" => ObjectIdentifiers.Sha384WithRsa,
            "SHA512" => ObjectIdentifiers.Sha512WithRsa,
            _ => ObjectIdentifiers.Sha256WithRsa,
        };
}

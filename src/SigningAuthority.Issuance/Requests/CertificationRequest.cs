using System.Security.Cryptography;
using SigningAuthority.Issuance.Certificates;

namespace SigningAuthority.Issuance.Requests;

/// <summary>
/// A PKCS#10 certification request (RFC 2986), decoded but not judged: what it asks for, and whether its signature proves
/// possession of the key. Only <see cref="ReadCertificationRequest"/> makes one. Immutable.
/// </summary>
public sealed class CertificationRequest
{
    internal CertificationRequest(
        ReadOnlyMemory<byte> der,
        DistinguishedName subject,
        RequestedPublicKey key,
        RequestedAttributes attributes,
        string signatureAlgorithm,
        ProofOfPossession proof
    )
    {
        Der = der;
        Sha256 = SHA256.HashData(der.Span);
        Subject = subject;
        Key = key;
        Attributes = attributes;
        SignatureAlgorithm = signatureAlgorithm;
        ProofOfPossession = proof;
    }

    /// <summary>The DER bytes, exactly as signed by the requester.</summary>
    public ReadOnlyMemory<byte> Der { get; }

    /// <summary>SHA-256 over <see cref="Der"/>: 32 octets.</summary>
    public byte[] Sha256 { get; }

    public DistinguishedName Subject { get; }

    public RequestedPublicKey Key { get; }

    public RequestedAttributes Attributes { get; }

    /// <summary>OID of the algorithm of the request's own signature.</summary>
    public string SignatureAlgorithm { get; }

    public ProofOfPossession ProofOfPossession { get; }

    /// <summary>The subject's first common name, or null.</summary>
    public string? CommonName => Subject.Values(NameAttributeTypes.CommonName).FirstOrDefault();
}

/// <summary>Outcome of verifying the request's signature with the key it carries (RFC 2986 §3).</summary>
public enum ProofOfPossession
{
    /// <summary>The signature verifies.</summary>
    Proven,

    /// <summary>The signature does not verify.</summary>
    Failed,

    /// <summary>Key or algorithm are none that this authority would accept anyway, so nothing was computed.</summary>
    NotComputed,
}

/// <summary>The subject public key of a request.</summary>
/// <param name="SubjectPublicKeyInfo">DER of the SubjectPublicKeyInfo (RFC 5280 §4.1.2.7).</param>
/// <param name="Sha256">SHA-256 over <paramref name="SubjectPublicKeyInfo"/>: 32 octets; how keys are compared.</param>
/// <param name="Algorithm">OID of the key's algorithm.</param>
/// <param name="Bits">Size of the RSA modulus in bits; 0 for other algorithms.</param>
/// <param name="Modulus">RSA modulus, big-endian without leading zeros; empty for other algorithms.</param>
/// <param name="Exponent">RSA public exponent, big-endian without leading zeros; empty for other algorithms.</param>
public sealed record RequestedPublicKey(
    ReadOnlyMemory<byte> SubjectPublicKeyInfo,
    byte[] Sha256,
    string Algorithm,
    int Bits,
    ReadOnlyMemory<byte> Modulus,
    ReadOnlyMemory<byte> Exponent
)
{
    public bool IsRsa => Algorithm == ObjectIdentifiers.RsaEncryption;
}

/// <summary>What a request's attributes ask for (RFC 2985 §5.4).</summary>
/// <param name="HasChallengePassword">A challengePassword attribute is there; its value is never kept.</param>
/// <param name="SubjectAlternativeNames">Names of a requested subjectAltName extension, in order.</param>
/// <param name="AsksForCertificateAuthority">A requested basicConstraints says cA TRUE.</param>
/// <param name="Extensions">OIDs of every requested extension, in order.</param>
/// <param name="Others">OIDs of attributes other than extensionRequest and challengePassword.</param>
public sealed record RequestedAttributes(
    bool HasChallengePassword,
    IReadOnlyList<RequestedName> SubjectAlternativeNames,
    bool AsksForCertificateAuthority,
    IReadOnlyList<string> Extensions,
    IReadOnlyList<string> Others
);

/// <summary>One GeneralName of a requested subjectAltName: its kind as OpenSSL spells it ("DNS", "IP", "URI", "email", "other") and its text.</summary>
public sealed record RequestedName(string Kind, string Text)
{
    public override string ToString() => Kind + ":" + Text;
}

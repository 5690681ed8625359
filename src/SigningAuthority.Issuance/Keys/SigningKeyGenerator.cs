using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SigningAuthority.Issuance.Keys;

/// <summary>A <see cref="SigningKey"/> in the shape that .NET's certificate and CRL builders sign with.</summary>
internal sealed class SigningKeyGenerator(SigningKey key) : X509SignatureGenerator
{
    // AlgorithmIdentifier sha256WithRSAEncryption with NULL parameters (RFC 4055 §5).
    private static readonly byte[] Sha256WithRsa = Convert.FromHexString("300D06092A864886F70D01010B0500");

    // AlgorithmIdentifier ecdsa-with-SHA256 with parameters absent (RFC 5758 §3.2).
    private static readonly byte[] EcdsaWithSha256 = Convert.FromHexString("300A06082A8648CE3D040302");

    public override byte[] GetSignatureAlgorithmIdentifier(HashAlgorithmName hashAlgorithm)
    {
        RequireSha256(hashAlgorithm);
        return (key.IsRsa ? Sha256WithRsa : EcdsaWithSha256).ToArray();
    }

    public override byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm)
    {
        RequireSha256(hashAlgorithm);
        return key.Sign(data);
    }

    protected override PublicKey BuildPublicKey() =>
        System.Security.Cryptography.X509Certificates.PublicKey.CreateFromSubjectPublicKeyInfo(key.SubjectPublicKeyInfo, out _);

    private static void RequireSha256(HashAlgorithmName hash)
    {
        if (hash != HashAlgorithmName.SHA256)
            throw new ArgumentException($"Authorities sign with SHA-256 only, not {hash.Name}.", nameof(hash));
    }
}

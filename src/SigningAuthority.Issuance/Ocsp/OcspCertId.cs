using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Security.Cryptography;
using SigningAuthority.Issuance.Certificates;

namespace SigningAuthority.Issuance.Ocsp;

/// <summary>Which certificate a request asks after, or a response answers for (CertID, RFC 6960 §4.1.1).</summary>
/// <param name="HashAlgorithm">Dotted OID: <see cref="ObjectIdentifiers.Sha1"/> and <see cref="ObjectIdentifiers.Sha256"/> are understood.</param>
/// <param name="IssuerNameHash">Over the DER of the issuer's subject.</param>
/// <param name="IssuerKeyHash">Over the bits of the issuer's subjectPublicKey, without tag, length and unused-bits octet.</param>
/// <param name="SerialNumber">Big-endian magnitude as certificates' rows have it; empty for what is no serial number of anybody (zero, negative).</param>
/// <param name="Der">The whole CertID: a response repeats the very octets.</param>
public sealed record OcspCertId(string HashAlgorithm, byte[] IssuerNameHash, byte[] IssuerKeyHash, byte[] SerialNumber, byte[] Der);

/// <summary>Makes and recognises CertIDs.</summary>
public static class OcspCertIds
{
    /// <summary>Whether the hash is one that is understood; of another one nobody can say whose certificate is meant.</summary>
    public static bool IsUnderstood(string hashAlgorithm) => hashAlgorithm is ObjectIdentifiers.Sha1 or ObjectIdentifiers.Sha256;

    /// <summary>True when the id names this issuer, by a hash that is understood. Both hashes are compared, since names are reused.</summary>
    public static bool Matches(OcspCertId id, IssuerCertificate issuer) =>
        IsUnderstood(id.HashAlgorithm)
        && id.IssuerNameHash.AsSpan().SequenceEqual(NameHash(id.HashAlgorithm, issuer))
        && id.IssuerKeyHash.AsSpan().SequenceEqual(KeyHash(id.HashAlgorithm, issuer.SubjectPublicKeyInfo));

    /// <summary>The id of a certificate, the hash's parameters NULL as clients send them.</summary>
    /// <param name="issuer">Who issued it.</param>
    /// <param name="serialNumber">Of the certificate.</param>
    /// <param name="hashAlgorithm">One that is understood.</param>
    public static OcspCertId Of(IssuerCertificate issuer, CertificateSerialNumber serialNumber, string hashAlgorithm)
    {
        var (name, key) = (NameHash(hashAlgorithm, issuer), KeyHash(hashAlgorithm, issuer.SubjectPublicKeyInfo));
        var serial = serialNumber.ToBytes();
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(hashAlgorithm);
                writer.WriteNull();
            }

            writer.WriteOctetString(name);
            writer.WriteOctetString(key);
            writer.WriteIntegerUnsigned(serial);
        }

        return new OcspCertId(hashAlgorithm, name, key, serial, writer.Encode());
    }

    /// <summary>Hash of an issuer's name, as CertIDs have it.</summary>
    public static byte[] NameHash(string hashAlgorithm, IssuerCertificate issuer) => Hash(hashAlgorithm, issuer.Subject.Der.Span);

    /// <summary>Hash of a public key's bits, as CertIDs and responders' names have it.</summary>
    /// <param name="hashAlgorithm">One that is understood.</param>
    /// <param name="subjectPublicKeyInfo">DER.</param>
    public static byte[] KeyHash(string hashAlgorithm, ReadOnlyMemory<byte> subjectPublicKeyInfo)
    {
        var info = new AsnReader(subjectPublicKeyInfo, AsnEncodingRules.DER).ReadSequence();
        info.ReadEncodedValue();
        return Hash(hashAlgorithm, info.ReadBitString(out _));
    }

    [SuppressMessage("Security", "CA5350", Justification = "RFC 5019 §2.1.1: CertIDs are SHA-1. It names an issuer and proves nothing.")]
    private static byte[] Hash(string algorithm, ReadOnlySpan<byte> data) =>
        algorithm switch
        {
            ObjectIdentifiers.Sha1 => SHA1.HashData(data),
            ObjectIdentifiers.Sha256 => SHA256.HashData(data),
            _ => throw new ArgumentException($"CertIDs are hashed with SHA-1 or SHA-256, not {algorithm}.", nameof(algorithm)),
        };
}

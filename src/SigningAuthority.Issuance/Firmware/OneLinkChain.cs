using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SigningAuthority.Issuance.Firmware;

/// <summary>"The chain ends in the one root of its generation, with exactly one link": the root itself signed the server's certificate.</summary>
public static class OneLinkChain
{
    private const int LongestExplained = 8;

    private static readonly FirmwareRule NotToRoot = new(
        RefusalCodes.ChainNotToRoot,
        "provisioning guide: the server's certificate is signed by the root that the firmware has; RFC 5280 §6.1",
        "install the certificate of this generation (provserver-GENERATION.crt of your request, or ask for it with --device)"
    );
    private static readonly FirmwareRule TooLong = new(
        RefusalCodes.ChainTooLong,
        "provisioning guide: the root signs server certificates directly",
        "install the certificate as it was downloaded, without any intermediate; no other authority's can be used"
    );

    /// <param name="certificate">DER; readable.</param>
    /// <param name="root">The self-signed root of the generation, DER.</param>
    /// <param name="others">Whatever else the server sent, DER each: they explain a refusal and mend none.</param>
    internal static Refusal? Judge(ReadOnlyMemory<byte> certificate, ReadOnlyMemory<byte> root, IReadOnlyList<ReadOnlyMemory<byte>> others)
    {
        using var server = X509CertificateLoader.LoadCertificate(certificate.Span);
        using var trusted = X509CertificateLoader.LoadCertificate(root.Span);
        if (!certificate.Span.SequenceEqual(root.Span) && IsSignedBy(server, trusted))
            return null;

        var (expected, actual) = ($"signed by {trusted.Subject}", $"signed by {server.Issuer}");
        return LeadsToRootThroughOthers(server, trusted, others)
            ? TooLong.BrokenBy("An intermediate stands between the certificate and the root; the firmware accepts none.", expected, actual)
            : NotToRoot.BrokenBy("The certificate was not signed by the root of this phone's generation.", expected, actual);
    }

    /// <summary>What is known of a certificate whose root's bytes are not at hand: whose name it bears as issuer.</summary>
    internal static Refusal? JudgeName(ReadOnlyMemory<byte> certificate, Certificates.DistinguishedName root)
    {
        using var server = X509CertificateLoader.LoadCertificate(certificate.Span);
        return server.IssuerName.RawData.AsSpan().SequenceEqual(root.Der.Span)
            ? null
            : NotToRoot.BrokenBy(
                "The certificate was not signed by the root of this phone's generation.",
                $"signed by {root}",
                $"signed by {server.Issuer}"
            );
    }

    /// <summary>A phone's root is self-signed, and RSA.</summary>
    public static bool IsUsableRoot(X509Certificate2 root) => IsSignedBy(root, root);

    // Names are compared as bytes: the authority copies its subject into what it signs.
    private static bool IsSignedBy(X509Certificate2 certificate, X509Certificate2 issuer)
    {
        using var key = issuer.GetRSAPublicKey();
        return key is not null
            && certificate.IssuerName.RawData.AsSpan().SequenceEqual(issuer.SubjectName.RawData)
            && CertificateSignature.IsBy(key, certificate.RawDataMemory);
    }

    private static bool LeadsToRootThroughOthers(
        X509Certificate2 certificate,
        X509Certificate2 root,
        IReadOnlyList<ReadOnlyMemory<byte>> others
    )
    {
        var candidates = others.Select(Load).OfType<X509Certificate2>().ToList();
        try
        {
            var current = certificate;
            for (var link = 0; link < LongestExplained; link++)
            {
                var issuer = candidates.Find(candidate => !ReferenceEquals(candidate, current) && IsSignedBy(current, candidate));
                if (issuer is null)
                    return false;
                if (IsSignedBy(issuer, root))
                    return !issuer.RawDataMemory.Span.SequenceEqual(root.RawDataMemory.Span);
                current = issuer;
            }

            return false;
        }
        finally
        {
            candidates.ForEach(candidate => candidate.Dispose());
        }
    }

    private static X509Certificate2? Load(ReadOnlyMemory<byte> der)
    {
        try
        {
            return X509CertificateLoader.LoadCertificate(der.Span);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}

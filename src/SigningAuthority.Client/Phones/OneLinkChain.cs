using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SigningAuthority.Client.Phones;

/// <summary>"The chain ends in the one root of its generation, with exactly one link": the root itself signed the server's certificate.</summary>
internal static class OneLinkChain
{
    private const int LongestExplained = 8;

    public static Refusal? Judge(ServerEvidence evidence, X509Certificate2 certificate)
    {
        using var root = X509CertificateLoader.LoadCertificate(evidence.Root.Span);
        if (!certificate.RawDataMemory.Span.SequenceEqual(root.RawDataMemory.Span) && IsSignedBy(certificate, root))
            return null;

        var expected = $"signed by {root.Subject}";
        return LeadsToRootThroughOthers(certificate, root, evidence.OtherCertificates)
            ? new Refusal(
                RefusalCodes.ChainTooLong,
                "An intermediate stands between the certificate and the root; the firmware accepts none.",
                expected,
                $"signed by {certificate.Issuer}"
            )
            : new Refusal(
                RefusalCodes.ChainNotToRoot,
                "The certificate was not signed by the root of this phone's generation.",
                expected,
                $"signed by {certificate.Issuer}"
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

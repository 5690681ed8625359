using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SigningAuthority.IntegrationTests.Verifiers;

/// <summary>.NET's own chain with nothing but the one root, which asks nobody for what it has not been given.</summary>
internal sealed class NetVerifier : Verifier
{
    public override Task<string?> FindFaultAsync(string leaf, string root, Use use) => Task.FromResult(FindFault(leaf, root, use));

    private static string? FindFault(string leaf, string root, Use use)
    {
        try
        {
            using var certificate = X509CertificateLoader.LoadCertificateFromFile(leaf);
            using var anchor = X509CertificateLoader.LoadCertificateFromFile(root);
            using var chain = new X509Chain();
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.Add(anchor);
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            chain.ChainPolicy.DisableCertificateDownloads = true;
            chain.ChainPolicy.VerificationTime = DateTime.UtcNow + use.Later;
            chain.ChainPolicy.ApplicationPolicy.Add(new Oid(use.Purpose));
            if (!chain.Build(certificate))
                return string.Join(", ", chain.ChainStatus.Select(status => status.Status));
            return use.Host is not { } host || certificate.MatchesHostname(host) ? null : $"not for {host}";
        }
        catch (CryptographicException unreadable)
        {
            return unreadable.Message;
        }
    }
}

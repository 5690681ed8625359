using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using SigningAuthority.Api.Publication;
using SigningAuthority.Issuance.Configuration;

namespace SigningAuthority.Api.Access;

/// <summary>Either who a station is or why it is none: exactly one of the two.</summary>
internal sealed record StationVerdict(Caller? Caller, string? Defect);

/// <summary>
/// Judges client certificates: chain to the station authority's root, validity, purpose, and an enrolled station that is not revoked.
/// A verdict is kept for a second, since a line's stations send thousands of requests over one certificate; so
/// revoking a station takes a second at most. Thread-safe.
/// </summary>
internal sealed class KnownStations(Storage.Access.Stations stations, PublishedAuthorities authorities, TimeProvider time)
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private const int MostKept = 10_000;

    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, (StationVerdict Verdict, DateTimeOffset Until)> _kept = new();

    public async Task<StationVerdict> JudgeAsync(X509Certificate2 certificate, byte[] sha256, CancellationToken cancellation)
    {
        var (name, now) = (Convert.ToHexString(sha256), time.GetUtcNow());
        if (_kept.TryGetValue(name, out var kept) && kept.Until > now)
            return kept.Verdict;

        var verdict = await DecideAsync(certificate, sha256, now, cancellation);
        if (_kept.Count >= MostKept)
            _kept.Clear();
        _kept[name] = (verdict, now + KeptFor);
        return verdict;
    }

    private async Task<StationVerdict> DecideAsync(
        X509Certificate2 certificate,
        byte[] sha256,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        if (FindDefect(certificate, now) is { } defect)
            return new StationVerdict(null, defect);

        return await stations.FindByCertificateAsync(sha256, cancellation) is { } station
            ? new StationVerdict(new Caller(AccessPolicies.Station, "station/" + station.Name, station.Id), null)
            : new StationVerdict(null, AccessDefects.StationUnknown);
    }

    private string? FindDefect(X509Certificate2 certificate, DateTimeOffset now)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        // Revocation is the database's to say; the chain's purpose is checked below so that each defect has its own name.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = now.UtcDateTime;
        chain.ChainPolicy.VerificationTimeIgnored = false;
        using var roots = new DisposableRoots(authorities.Current.Of(AuthorityPurpose.StationAuthority));
        chain.ChainPolicy.CustomTrustStore.AddRange(roots.Certificates);

        if (!chain.Build(certificate))
            return Array.TrueForAll(chain.ChainStatus, status => status.Status == X509ChainStatusFlags.NotTimeValid)
                ? AccessDefects.CertificateExpired
                : AccessDefects.CertificateUntrusted;

        var isForClients = certificate
            .Extensions.OfType<X509EnhancedKeyUsageExtension>()
            .Any(usage => usage.EnhancedKeyUsages[ClientAuthentication] is not null);
        return isForClients ? null : AccessDefects.CertificateNotForClients;
    }

    private sealed class DisposableRoots(IEnumerable<PublishedAuthority> roots) : IDisposable
    {
        public X509Certificate2Collection Certificates { get; } =
        [.. roots.Select(root => X509CertificateLoader.LoadCertificate(root.Der))];

        public void Dispose()
        {
            foreach (var certificate in Certificates)
                certificate.Dispose();
        }
    }
}

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

    private readonly ConcurrentDictionary<string, KeptVerdict> _kept = new();

    /// <summary>Those that ask at one time wait for one look: else all of a line's clients would look when a verdict has become old.</summary>
    public Task<StationVerdict> JudgeAsync(X509Certificate2 certificate, byte[] sha256, CancellationToken cancellation)
    {
        var (name, now) = (Convert.ToHexString(sha256), time.GetUtcNow());
        if (_kept.Count >= MostKept)
            _kept.Clear();
        while (true)
        {
            if (_kept.TryGetValue(name, out var kept) && kept.Until > now && !kept.IsLost)
                return kept.Verdict.Value.WaitAsync(cancellation);
            // A copy: the certificate goes with its connection, and others wait for the verdict.
            var octets = certificate.RawDataMemory;
            var fresh = new KeptVerdict(new Lazy<Task<StationVerdict>>(() => DecideAsync(octets, sha256, now)), now + KeptFor);
            if (kept is null ? _kept.TryAdd(name, fresh) : _kept.TryUpdate(name, fresh, kept))
                return fresh.Verdict.Value.WaitAsync(cancellation);
        }
    }

    private async Task<StationVerdict> DecideAsync(ReadOnlyMemory<byte> octets, byte[] sha256, DateTimeOffset now)
    {
        using var certificate = X509CertificateLoader.LoadCertificate(octets.Span);
        if (FindDefect(certificate, now) is { } defect)
            return new StationVerdict(null, defect);

        return await stations.FindByCertificateAsync(sha256, CancellationToken.None) is { } station
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

    private sealed class KeptVerdict(Lazy<Task<StationVerdict>> verdict, DateTimeOffset until)
    {
        public Lazy<Task<StationVerdict>> Verdict => verdict;

        public DateTimeOffset Until => until;

        /// <summary>The database did not answer: whoever comes next asks again.</summary>
        public bool IsLost => verdict.IsValueCreated && verdict.Value.IsCompleted && !verdict.Value.IsCompletedSuccessfully;
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

using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Signer.Lanes;
using SigningAuthority.Storage.RevocationLists;

namespace SigningAuthority.Signer.RevocationLists;

/// <summary>
/// The list that certificates issued now are to name, by authority: known from some seconds ago, so that issuing asks nothing. How many
/// certificates a part gets is not exact, and need not be: the certificate's row says which part it belongs to. Thread-safe.
/// </summary>
internal sealed class CurrentShards(
    ReadCurrentShards read,
    AuthorityConfiguration configuration,
    SignerSettings settings,
    TimeProvider time
)
{
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(10);

    private IReadOnlyDictionary<string, RevocationListShard> _shards = new Dictionary<string, RevocationListShard>();
    private DateTimeOffset _refreshedAt;

    /// <summary>The addresses that a planned certificate carries, and the part that it belongs to by the list that it names.</summary>
    public (CertificatePoints Points, int Shard) PointsOf(CertificatePlan plan)
    {
        var points = settings.Publication?.PointsOf(plan, shard: 0) ?? CertificatePoints.None;
        return points.Crl is not null && Volatile.Read(ref _shards).GetValueOrDefault(plan.Authority.Id) is { } shard
            ? (points with { Crl = shard.Address }, shard.Number)
            : (points, 0);
    }

    /// <summary>Reads it again when the last reading is older than ten seconds.</summary>
    public async Task RefreshAsync(CancellationToken cancellation)
    {
        if (time.GetUtcNow() - _refreshedAt < RefreshInterval)
            return;
        Volatile.Write(ref _shards, await read.RunAsync(configuration.Policy.Crl.ShardSize, cancellation));
        _refreshedAt = time.GetUtcNow();
    }
}

using Npgsql;
using SigningAuthority.Storage.IssuanceLog.Reconciliation;

namespace SigningAuthority.Signer.Health;

/// <summary>
/// What the last reconciliation found, whichever Signer ran it; readiness and metrics tell it. Differences stop nothing: who looks
/// into them needs the log to go on. Thread-safe.
/// </summary>
internal sealed class EvidenceHealth(Reconciliations reconciliations)
{
    private EvidenceState? _state;

    /// <summary>As it was last read; null before the first run.</summary>
    public EvidenceState? Current => Volatile.Read(ref _state);

    /// <summary>Reads it again; what was known before stays while the database is away.</summary>
    public async Task<EvidenceState?> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            Volatile.Write(ref _state, await reconciliations.LatestAsync(cancellation));
        }
        catch (NpgsqlException)
        {
            // Readiness says by itself that the database is away.
        }

        return Current;
    }
}

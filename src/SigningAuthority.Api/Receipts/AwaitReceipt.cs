using SigningAuthority.Api.Requests;
using SigningAuthority.IssuanceLog.Proofs;
using SigningAuthority.Storage.IssuanceLog;

namespace SigningAuthority.Api.Receipts;

/// <summary>Finds a certificate's receipt, or waits for it: an entry has its place in the log about a second after its act.</summary>
internal sealed class AwaitReceipt(FindReceipts receipts, SealedLog log, WaitingRooms rooms, TimeProvider time)
{
    // Announcements are hints.
    private static readonly TimeSpan LookAnyway = TimeSpan.FromSeconds(1);

    /// <param name="certificateSha256">Over its DER.</param>
    /// <param name="longest">Zero to look once.</param>
    /// <param name="cancellation">Abandons the wait.</param>
    /// <returns>Null when the time is over, or when too many wait already.</returns>
    public async Task<Receipt?> FindAsync(byte[] certificateSha256, TimeSpan longest, CancellationToken cancellation)
    {
        IDisposable? place = null;
        try
        {
            for (var began = time.GetTimestamp(); ; )
            {
                var announced = log.NextAsync();
                if (await receipts.FindAsync(certificateSha256, cancellation) is { } receipt)
                    return receipt;
                var left = longest - time.GetElapsedTime(began);
                if (left <= TimeSpan.Zero || log.IsEnding || (place ??= rooms.Receipts.TryEnter()) is null)
                    return null;
                await Task.WhenAny(announced, Task.Delay(left < LookAnyway ? left : LookAnyway, time, cancellation));
            }
        }
        finally
        {
            place?.Dispose();
        }
    }
}

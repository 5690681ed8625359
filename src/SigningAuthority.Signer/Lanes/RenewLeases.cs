using Microsoft.Extensions.Logging;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Signer.Lanes;

/// <summary>
/// A slow token may need longer for a batch, and for those before it, than a lease lasts. While it signs, the leases are renewed at
/// half of their life; when it hangs they run out, and another Signer may try. Thread-safe.
/// </summary>
internal sealed partial class RenewLeases(SigningQueue queue, SignerSettings settings, TimeProvider time, ILogger<RenewLeases> logger)
{
    // Goes up with each signature, in whatever lane: a token that is slow makes progress, one that hangs does not.
    private long _signatures;

    /// <summary>The token has made a signature.</summary>
    public void Signed() => Interlocked.Increment(ref _signatures);

    /// <summary>Goes on until the batch has ended, and never fails.</summary>
    public async Task RenewAsync(SigningRequestId[] requests, CancellationToken ended)
    {
        using var halfLife = new PeriodicTimer(settings.Lease / 2, time);
        var before = Interlocked.Read(ref _signatures);
        try
        {
            while (await halfLife.WaitForNextTickAsync(ended))
            {
                var now = Interlocked.Read(ref _signatures);
                if (now != before)
                    await TryRenewAsync(requests, ended);
                before = now;
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The batch has ended.
        }
    }

    private async Task TryRenewAsync(SigningRequestId[] requests, CancellationToken ended)
    {
        try
        {
            await queue.RenewAsync(requests, settings.Lease, ended);
        }
        catch (Exception fault) when (!ended.IsCancellationRequested)
        {
            LogNotRenewed(fault, requests.Length);
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Count} leases could not be renewed; tried again while they last")]
    private partial void LogNotRenewed(Exception fault, int count);
}

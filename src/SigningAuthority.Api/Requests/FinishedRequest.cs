using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Api.Requests;

/// <summary>One caller's wait for one request; disposing ends it.</summary>
internal sealed class FinishedRequest(FinishedRequests owner, SigningRequestId id, Task<RequestWithCertificates?> finished) : IDisposable
{
    private int _disposed;

    /// <summary>The request exists already and may be finished: have it looked at at once.</summary>
    public void LookNow() => owner.Announce([id]);

    /// <returns>Null when the time is over first, or this process stops.</returns>
    public async Task<RequestWithCertificates?> UntilAsync(TimeSpan longest, TimeProvider time, CancellationToken cancellation)
    {
        try
        {
            return await finished.WaitAsync(longest, time, cancellation);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
            owner.Forget(id);
    }
}

internal static class RequestStateNames
{
    /// <summary>Nothing more will happen by itself.</summary>
    public static bool IsFinal(this RequestState state) =>
        state is RequestState.Issued or RequestState.Refused or RequestState.Withdrawn or RequestState.Failed;
}

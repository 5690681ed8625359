using System.Buffers;
using System.IO.Pipelines;
using System.Threading.Channels;

namespace SigningAuthority.Api.Stations;

/// <summary>
/// Writes a batch's answers as they come, and says when another line may be read: when fewer than <see cref="InFlight"/> lines are being
/// worked on and fewer than <see cref="MostUnwritten"/> answers wait for a caller that does not take them. Many clients read only once they have
/// sent everything; up to that many lines they get away with it.
/// </summary>
internal sealed class BatchAnswers : IAsyncDisposable
{
    /// <summary>Lines of one batch that are worked on at a time.</summary>
    public const int InFlight = 256;

    /// <summary>About 10 MB.</summary>
    public const int MostUnwritten = 4096;

    // A caller that takes nothing for this long is gone.
    private static readonly TimeSpan LongestStall = TimeSpan.FromMinutes(1);

    private readonly PipeWriter _body;
    private readonly CancellationTokenSource _stop;
    private readonly SemaphoreSlim _inFlight = new(InFlight);
    private readonly SemaphoreSlim _unwritten = new(MostUnwritten);
    private readonly Channel<BatchAnswer?> _ready = Channel.CreateUnbounded<BatchAnswer?>();
    private readonly Task _writing;

    /// <param name="body">The response's.</param>
    /// <param name="stop">Cancelled when the caller is gone; cancelled here when it is found out by writing.</param>
    public BatchAnswers(PipeWriter body, CancellationTokenSource stop)
    {
        (_body, _stop) = (body, stop);
        _writing = WriteAsync();
    }

    /// <summary>Waits until another line may be read.</summary>
    public async Task PlaceAsync(CancellationToken cancellation)
    {
        await _unwritten.WaitAsync(cancellation);
        await _inFlight.WaitAsync(cancellation);
    }

    /// <summary>Takes the answer to a line whose place was waited for; null for none.</summary>
    public void Add(Task<BatchAnswer?> answer) =>
        _ = answer.ContinueWith(
            done =>
            {
                _ready.Writer.TryWrite(done.IsCompletedSuccessfully ? done.Result : null);
                _inFlight.Release();
            },
            TaskScheduler.Default
        );

    /// <summary>Returns once every line is answered and written, or the caller is gone.</summary>
    public async Task FinishAsync()
    {
        for (var i = 0; i < InFlight; i++)
            await _inFlight.WaitAsync();
        _ready.Writer.TryComplete();
        await _writing;
    }

    public async ValueTask DisposeAsync()
    {
        _ready.Writer.TryComplete();
        await _writing;
        _inFlight.Dispose();
        _unwritten.Dispose();
    }

    private async Task WriteAsync()
    {
        try
        {
            // Headers go out at once: many clients begin to read only then.
            await FlushAsync();
            while (await _ready.Reader.WaitToReadAsync(_stop.Token))
            {
                var written = 0;
                for (; written < InFlight && _ready.Reader.TryRead(out var answer); written++)
                {
                    if (answer is not null)
                        _body.Write(answer.ToLine());
                }

                await FlushAsync();
                _unwritten.Release(written);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            await _stop.CancelAsync();
        }
    }

    private async Task FlushAsync()
    {
        using var stalled = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        stalled.CancelAfter(LongestStall);
        await _body.FlushAsync(stalled.Token);
    }
}

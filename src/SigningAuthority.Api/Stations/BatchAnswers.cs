using System.Buffers;
using System.IO.Pipelines;
using System.Threading.Channels;

namespace SigningAuthority.Api.Stations;

/// <summary>
/// Writes a batch's answers as they come. A line's place is free again once its answer has been handed to the connection, so a caller
/// that does not read stops being read from.
/// </summary>
internal sealed class BatchAnswers : IAsyncDisposable
{
    // A caller that takes nothing for this long is gone.
    private static readonly TimeSpan LongestStall = TimeSpan.FromMinutes(1);

    private readonly PipeWriter _body;
    private readonly int _places;
    private readonly CancellationTokenSource _stop;
    private readonly SemaphoreSlim _free;
    private readonly Channel<BatchAnswer?> _ready = Channel.CreateUnbounded<BatchAnswer?>();
    private readonly Task _writing;

    public BatchAnswers(PipeWriter body, int places, CancellationTokenSource stop)
    {
        (_body, _places, _stop) = (body, places, stop);
        _free = new SemaphoreSlim(places);
        _writing = WriteAsync();
    }

    public Task PlaceAsync(CancellationToken cancellation) => _free.WaitAsync(cancellation);

    /// <summary>Takes the answer to a line whose place was waited for.</summary>
    public void Add(Task<BatchAnswer?> answer) =>
        _ = answer.ContinueWith(done => _ready.Writer.TryWrite(done.IsCompletedSuccessfully ? done.Result : null), TaskScheduler.Default);

    /// <summary>Returns once every line is answered and written, or the caller is gone.</summary>
    public async Task FinishAsync()
    {
        for (var i = 0; i < _places && !_writing.IsCompleted; i++)
            await Task.WhenAny(_free.WaitAsync(), _writing);
        _ready.Writer.TryComplete();
        await _writing;
    }

    public async ValueTask DisposeAsync()
    {
        _ready.Writer.TryComplete();
        await _writing;
        _free.Dispose();
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
                for (; written < _places && _ready.Reader.TryRead(out var answer); written++)
                {
                    if (answer is not null)
                        _body.Write(answer.ToLine());
                }

                await FlushAsync();
                _free.Release(written);
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

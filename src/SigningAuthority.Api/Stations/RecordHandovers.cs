using System.Threading.Channels;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.IssuanceLog;

namespace SigningAuthority.Api.Stations;

/// <summary>
/// Writes the entries of certificates that are handed out again, in groups: a batch that is sent a second time costs a few commits and
/// not thousands. An answer goes out only when its entry is durable. Thread-safe.
/// </summary>
internal sealed class RecordHandovers(AppendLogEntries log) : BackgroundService
{
    private const int MostGathered = 1024;
    private const int MostInGroup = 256;

    private readonly Channel<Handover> _gathered = Channel.CreateBounded<Handover>(MostGathered);

    /// <exception cref="Exception">The entry could not be written, or it is not known: then the certificate is not to be handed out.</exception>
    public async Task RunAsync(LogEntry entry, CancellationToken cancellation)
    {
        var handover = new Handover(entry);
        await _gathered.Writer.WriteAsync(handover, cancellation);
        await handover.Done.Task;
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        // Nobody is left waiting when this process stops.
        _gathered.Writer.TryComplete();
        await base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var group = new List<Handover>(MostInGroup);
        while (await _gathered.Reader.WaitToReadAsync(CancellationToken.None))
        {
            while (group.Count < MostInGroup && _gathered.Reader.TryRead(out var handover))
                group.Add(handover);
            await WriteAsync(group);
            group.Clear();
        }
    }

    private async Task WriteAsync(List<Handover> group)
    {
        try
        {
            await log.AppendAsync([.. group.Select(handover => handover.Entry)], CancellationToken.None);
            group.ForEach(handover => handover.Done.TrySetResult());
        }
        catch (Exception fault)
        {
            group.ForEach(handover => handover.Done.TrySetException(fault));
        }
    }

    private sealed record Handover(LogEntry Entry)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

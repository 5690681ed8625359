using System.Diagnostics.Metrics;
using SigningAuthority.Api.Requests;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Api.Health;

/// <summary>How many requests stand in each lane and state, counted every few seconds: scraping costs the database nothing.</summary>
internal sealed class QueueDepth : BackgroundService
{
    private static readonly TimeSpan CountAgainAfter = TimeSpan.FromSeconds(10);
    private static readonly RequestState[] States =
    [
        RequestState.AwaitingApproval,
        RequestState.Queued,
        RequestState.Signing,
        RequestState.Failed,
    ];
    private static readonly Lane[] Lanes = [Lane.Provider, Lane.Device];

    private readonly SigningRequestQueries _queries;
    private readonly ILogger<QueueDepth> _logger;
    private readonly Meter _meter;
    private volatile IReadOnlyList<QueueCount> _counts = [];

    public QueueDepth(SigningRequestQueries queries, IMeterFactory meters, ILogger<QueueDepth> logger)
    {
        (_queries, _logger) = (queries, logger);
        _meter = meters.Create(RequestMetrics.MeterName);
        _meter.CreateObservableGauge("signing_authority.queue.depth", Observe, description: "Unfinished requests by lane and state.");
    }

    public override void Dispose()
    {
        _meter.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(CountAgainAfter);
        do
        {
            try
            {
                _counts = await _queries.CountUnfinishedAsync(stoppingToken);
            }
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
            {
                // Readiness says what is wrong; the numbers stay as they were.
                _logger.LogDebug("The queue could not be counted: {Fault}", fault.Message);
            }
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private IEnumerable<Measurement<long>> Observe()
    {
        var counts = _counts.ToDictionary(count => (count.Lane, count.State), count => count.Requests);
        return from lane in Lanes
            from state in States
            select new Measurement<long>(
                counts.GetValueOrDefault((lane, state)),
                new KeyValuePair<string, object?>("lane", lane.ToString()),
                new KeyValuePair<string, object?>("state", state.ToString())
            );
    }
}

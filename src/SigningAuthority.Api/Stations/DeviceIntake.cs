using System.Threading.Channels;
using SigningAuthority.Api.Requests;
using SigningAuthority.Storage;

namespace SigningAuthority.Api.Stations;

/// <summary>
/// Brings devices' submissions to the database in groups: while one group is being committed the next gathers. A line that sends one
/// device after another never waits for company; where several were answered together, the first that comes back waits a moment for
/// the others, so that a thousand share a few commits. Thread-safe.
/// </summary>
internal sealed class DeviceIntake(AdmitDevices admit, FinishedRequests finished, TimeProvider time, ILogger<DeviceIntake> logger)
    : BackgroundService
{
    // A group costs some round trips however many are in it, and a certificate waits for three durable commits anyway.
    private static readonly TimeSpan ForCompany = TimeSpan.FromMilliseconds(2);

    private const int MostGathered = 1024;
    private const int MostInGroup = 128;

    // One group commits while another is decided on.
    private const int Groups = 2;

    private readonly Channel<Intake> _gathered = Channel.CreateBounded<Intake>(MostGathered);
    private readonly SemaphoreSlim _gathering = new(1);
    private volatile Company? _company;

    /// <summary>Waits while too many others do: that is the back-pressure that a batch's sender feels.</summary>
    public async Task<IntakeOutcome> SubmitAsync(Intake intake, CancellationToken cancellation)
    {
        await _gathered.Writer.WriteAsync(intake, cancellation);
        if (_company is { } company && _gathered.Reader.Count >= company.Expected)
            company.IsThere.TrySetResult();
        return await intake.Done.Task.WaitAsync(cancellation);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, Groups).Select(_ => Task.Run(() => RunAsync(stoppingToken), stoppingToken)));

    private async Task RunAsync(CancellationToken stopping)
    {
        var group = new List<Intake>(MostInGroup);
        while (await GatherAsync(group, stopping))
        {
            await AdmitAsync(group);
            group.Clear();
        }
    }

    /// <summary>One group gathers at a time: two that did would take half of the company each.</summary>
    private async Task<bool> GatherAsync(List<Intake> group, CancellationToken stopping)
    {
        await _gathering.WaitAsync(stopping);
        try
        {
            if (!await _gathered.Reader.WaitToReadAsync(stopping))
                return false;
            await AwaitCompanyAsync();
            while (group.Count < MostInGroup && _gathered.Reader.TryRead(out var intake))
                group.Add(intake);
            return true;
        }
        finally
        {
            _gathering.Release();
        }
    }

    /// <summary>Not cut short by a stop: what came is admitted.</summary>
    private async Task AwaitCompanyAsync()
    {
        var company = new Company(Math.Min(finished.LastFinished, MostInGroup));
        _company = company;
        if (_gathered.Reader.Count < company.Expected)
            await company.IsThere.Task.WaitAsync(ForCompany, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _company = null;
    }

    public override void Dispose()
    {
        _gathering.Dispose();
        base.Dispose();
    }

    private async Task AdmitAsync(List<Intake> group)
    {
        try
        {
            var outcomes = await admit.RunAsync(group, CancellationToken.None);
            foreach (var (intake, outcome) in group.Zip(outcomes))
                intake.Done.TrySetResult(outcome);
        }
        catch (Exception fault) when (group.Count > 1 && !DatabaseFaults.IsTransient(fault))
        {
            // One of them breaks the group: alone, each gets its own answer. Repeating is safe.
            logger.LogWarning("A group of {Count} submissions failed and is taken one by one: {Fault}", group.Count, fault.Message);
            foreach (var intake in group)
                await AdmitAsync([intake]);
        }
        catch (Exception fault)
        {
            foreach (var intake in group)
                intake.Done.TrySetException(fault);
        }
    }

    private sealed record Company(int Expected)
    {
        public TaskCompletionSource IsThere { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

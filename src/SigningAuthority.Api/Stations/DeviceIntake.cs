using System.Threading.Channels;
using SigningAuthority.Storage;

namespace SigningAuthority.Api.Stations;

/// <summary>
/// Brings devices' submissions to the database in groups: while one group is being committed the next gathers, so that a lone
/// submission never waits for company and a thousand share a few commits. Thread-safe.
/// </summary>
internal sealed class DeviceIntake(AdmitDevices admit, ILogger<DeviceIntake> logger) : BackgroundService
{
    private const int MostGathered = 1024;
    private const int MostInGroup = 128;

    // One group commits while another is decided on.
    private const int Groups = 2;

    private readonly Channel<Intake> _gathered = Channel.CreateBounded<Intake>(MostGathered);

    /// <summary>Waits while too many others do: that is the back-pressure that a batch's sender feels.</summary>
    public async Task<IntakeOutcome> SubmitAsync(Intake intake, CancellationToken cancellation)
    {
        await _gathered.Writer.WriteAsync(intake, cancellation);
        return await intake.Done.Task.WaitAsync(cancellation);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, Groups).Select(_ => Task.Run(() => RunAsync(stoppingToken), stoppingToken)));

    private async Task RunAsync(CancellationToken stopping)
    {
        var group = new List<Intake>(MostInGroup);
        while (await _gathered.Reader.WaitToReadAsync(stopping))
        {
            while (group.Count < MostInGroup && _gathered.Reader.TryRead(out var intake))
                group.Add(intake);
            await AdmitAsync(group);
            group.Clear();
        }
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
}

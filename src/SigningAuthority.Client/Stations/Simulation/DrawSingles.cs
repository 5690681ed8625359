using System.Diagnostics;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Client.Connections;

namespace SigningAuthority.Client.Stations.Simulation;

/// <summary>One request a device, many at a time; each is sent again as it is until it is answered.</summary>
internal sealed class DrawSingles(ServiceConnection service, SimulatedLine line, CheckDrawn check, LineTally tally, TimeSpan patience)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    public Task RunAsync(IEnumerable<int> units, int parallel, Action progress, CancellationToken cancellation) =>
        Parallel.ForEachAsync(
            line.MakeAheadAsync(units, cancellation),
            new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancellation },
            async (device, stop) =>
            {
                await DrawAsync(device, stop);
                progress();
            }
        );

    private async Task DrawAsync(SimulatedDevice device, CancellationToken cancellation)
    {
        for (var began = Stopwatch.StartNew(); ; tally.SendAgain(), await Task.Delay(Pause, cancellation))
        {
            var code = await TryAsync(device, began, cancellation);
            if (code is null)
                return;
            if (began.Elapsed < patience)
                continue;
            tally.Refuse(code);
            return;
        }
    }

    /// <returns>Null when the device is done with; otherwise why it is to be tried again.</returns>
    private async Task<string?> TryAsync(SimulatedDevice device, Stopwatch began, CancellationToken cancellation)
    {
        try
        {
            var reply = await DrawDevice.SendAsync(service, device.Request, cancellation);
            if (reply.Problem is { } problem)
            {
                if (problem.ExitCode == ExitCodes.Fault)
                    return $"HTTP {problem.Status}";
                tally.Refuse(problem.Violations is [var first, ..] ? first.Code : $"HTTP {problem.Status}");
                return null;
            }

            if (check.Find(device, reply.Parse<DeviceReply>()) is { } defect)
                tally.Refuse(defect);
            else
                tally.Issue(began.Elapsed);
            return null;
        }
        catch (Exception lost) when (lost is WorldFaultException or HttpRequestException or HttpIOException)
        {
            return lost is WorldFaultException fault ? fault.Code : "no-answer";
        }
    }
}

using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Client.Connections;

namespace SigningAuthority.Client.Stations.Simulation;

/// <summary><c>signctl station simulate</c>: a line of units that do not exist.</summary>
internal static class SimulateCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static Command Build()
    {
        var (station, options) = (new StationOptions(), new SimulationOptions());
        var command = new DocumentedCommand(
            "simulate",
            "Draws certificates for units that do not exist, verifies each against the client root and checks that none comes twice. What "
                + "gets no answer is sent again as it is, as a line does; with --state, what a killed run left undone is done by the next. "
                + "The keys are test keys: combined out of few primes, so that whoever has two of them has both. Never on an authority "
                + "that devices trust.",
            "signctl station simulate --devices 5000 --parallel 16",
            "signctl station simulate --devices 50000 --parallel 4 --batch 1000 --state /var/tmp/line-1"
        );
        options.AddTo(command);
        station.AddTo(command);
        command.SetAction(
            async (parsed, cancellation) =>
            {
                using var folder = options.OpenFolder(parsed);
                var plan = folder?.Plan ?? options.MakePlan(parsed);
                var drawn = new DrawnUnits(folder);
                using var certificate = station.ReadCertificate(parsed);
                using var service = ServiceConnection.ForStation(station.ReadAddress(parsed), certificate);
                using var root = await ReadRootAsync(service, cancellation);
                using var check = new CheckDrawn(root, drawn);
                var tally = new LineTally();
                await Progress.CountAsync(
                    "certificates",
                    async progress =>
                    {
                        void Show() => progress(drawn.Before + tally.Done, plan.Devices);
                        var line = new SimulatedLine(plan);
                        var units = Enumerable.Range(0, plan.Devices).Where(unit => !drawn.Has(unit)).ToList();
                        var (parallel, patience) = (options.Parallel(parsed), options.Patience(parsed));
                        await (
                            options.Batch(parsed) is > 0 and var size
                                ? new DrawBatches(service, line, check, tally, patience).RunAsync(units, parallel, size, Show, cancellation)
                                : new DrawSingles(service, line, check, tally, patience).RunAsync(units, parallel, Show, cancellation)
                        );
                        return tally;
                    }
                );
                tally.Print(Console.Out, plan.Devices, drawn);
                return drawn.Count == plan.Devices && tally.NotIssued == 0 ? ExitCodes.Done : ExitCodes.Refused;
            }
        );
        return command;
    }

    private static async Task<X509Certificate2> ReadRootAsync(ServiceConnection service, CancellationToken cancellation)
    {
        var reply = await service.GetAsync("/roots/client.pem", Patience, cancellation);
        if (reply.Problem is { } problem)
            throw new WorldFaultException("root-not-published", $"/roots/client.pem: {problem.Title}");
        try
        {
            return X509Certificate2.CreateFromPem(reply.Text);
        }
        catch (CryptographicException)
        {
            throw new WorldFaultException("unreadable-answer", "/roots/client.pem holds no certificate.");
        }
    }
}

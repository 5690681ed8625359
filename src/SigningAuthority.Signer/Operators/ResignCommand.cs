using System.CommandLine;
using Microsoft.Extensions.Configuration;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Signer.Lanes;
using SigningAuthority.Signer.Rollover;
using SigningAuthority.Storage.IssuanceLog;

namespace SigningAuthority.Signer.Operators;

/// <summary>The verb <c>operator resign</c>.</summary>
internal static class ResignCommand
{
    private const int WindowByDefault = 4000;
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(2);

    public static Command Create(IConfiguration settings)
    {
        var authority = new Option<string>("--authority") { Description = "Whose certificates: a client root.", Required = true };
        var next = new Option<string>("--with") { Description = "The later generation that signs them anew.", Required = true };
        var confirm = new Option<bool>("--confirm") { Description = "Do it. Without, what would be done is told." };
        var window = new Option<int>("--window")
        {
            Description = "So many requests are in the queue at most: what a line may have to wait for.",
            DefaultValueFactory = _ => WindowByDefault,
        };
        var most = new Option<long>("--most") { Description = "Sign at most so many.", DefaultValueFactory = _ => long.MaxValue };
        var command = new Command(
            "resign",
            """
            Has the live device certificates of a client root signed anew by a later generation: the same requests, keys and subjects,
            each once. No production order is drawn from. Needs a running Signer of lane Device. Broken off, it goes on when it is run again.

            Examples:
              operator resign --authority client --with client-2
              operator resign --authority client --with client-2 --confirm
            """
        )
        {
            authority,
            next,
            confirm,
            window,
            most,
        };
        command.SetAction(
            (parsed, cancellation) =>
                OperatorSession.RunAsync(
                    settings,
                    session =>
                        RunAsync(
                            session,
                            parsed.GetRequiredValue(authority),
                            parsed.GetRequiredValue(next),
                            parsed.GetValue(confirm),
                            parsed.GetValue(window),
                            parsed.GetValue(most),
                            cancellation
                        )
                )
        );
        return command;
    }

    private static async Task RunAsync(
        OperatorSession session,
        string authority,
        string next,
        bool isConfirmed,
        int window,
        long most,
        CancellationToken cancellation
    )
    {
        var configuration = SignerSettings.LoadConfiguration(session.Settings);
        var plan = await CompromisePlan.MakeAsync(session.Database, configuration, authority, next, cancellation);
        if (!isConfirmed)
        {
            plan.Print(Console.Out);
            Console.WriteLine("Nothing was done; --confirm does it.");
            return;
        }

        if (plan.NotReady.Count > 0)
            throw await SubmitInfrastructureRequest.RefuseAsync(session, configuration, plan.NotReady, cancellation);

        var log = new AppendLogEntries(session.Database);
        await log.AppendAsync([Begun(session, plan)], cancellation);
        var progress = await new ResignCertificates(session.Database, configuration, session.Actor, TimeProvider.System).RunAsync(
            authority,
            next,
            window,
            most,
            Tell(plan),
            cancellation
        );
        await log.AppendAsync([Ended(session, plan, progress)], cancellation);

        Console.WriteLine(
            $"{progress.Issued:N0} signed anew by {next} in {progress.Elapsed:hh\\:mm\\:ss}, {progress.PerSecond:N0} a second; {progress.Refused:N0} refused"
        );
        foreach (var (code, count) in progress.Codes.OrderByDescending(pair => pair.Value))
            Console.WriteLine($"  {code} {count:N0}");
        if (progress.Refused > 0)
            throw new OperatorException("Some were refused: operator request list --state Refused");
    }

    private static Action<ResigningProgress> Tell(CompromisePlan plan)
    {
        var last = TimeSpan.Zero;
        return progress =>
        {
            if (progress.Elapsed - last < BetweenLines)
                return;
            last = progress.Elapsed;
            var left = Math.Max(0, plan.Left - progress.Issued - progress.Refused);
            var time = progress.PerSecond > 0 ? TimeSpan.FromSeconds(left / progress.PerSecond).ToString(@"hh\:mm\:ss") : "not known";
            Console.WriteLine($"{progress.Issued:N0} of {plan.Left:N0} signed anew, {progress.Refused:N0} refused, time left {time}");
        };
    }

    private static ResigningBegun Begun(OperatorSession session, CompromisePlan plan) =>
        new()
        {
            At = DateTimeOffset.UtcNow,
            Actor = session.Actor,
            Subject = plan.Generation,
            Authority = plan.Authority,
            Generation = plan.Generation,
            Certificates = plan.Certificates,
            Already = plan.Signed,
        };

    private static ResigningEnded Ended(OperatorSession session, CompromisePlan plan, ResigningProgress progress) =>
        new()
        {
            At = DateTimeOffset.UtcNow,
            Actor = session.Actor,
            Subject = plan.Generation,
            Authority = plan.Authority,
            Generation = plan.Generation,
            Issued = progress.Issued,
            Refused = progress.Refused,
        };
}

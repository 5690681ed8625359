using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Signer.Lanes;
using SigningAuthority.Signer.Operators;
using SigningAuthority.Storage.IssuanceLog;

namespace SigningAuthority.Signer.Rollover;

/// <summary>The verb `drill`: what is done on the worst day, tried on another.</summary>
internal static class DrillCommand
{
    public static Command Create(IConfiguration settings)
    {
        var authority = new Option<string>("--authority") { Description = "Whose key is lost: a client root.", Required = true };
        var next = new Option<string>("--with") { Description = "The later generation that signs anew.", Required = true };
        var planOnly = new Option<bool>("--plan-only") { Description = "Count, and rehearse nothing." };
        var copy = new Option<string?>("--copy-database")
        {
            Description = "A copy of the database to rehearse on, as an administrator who may act as the authority's roles.",
            HelpName = "CONNECTION",
        };
        var from = new Option<string?>("--from")
        {
            Description = "Make that copy first, of this database (pg_dump, as an administrator), and remove it afterwards.",
            HelpName = "CONNECTION",
        };
        var most = new Option<long>("--most") { Description = "Rehearse at most so many.", DefaultValueFactory = _ => long.MaxValue };
        var rate = new Option<double?>("--rate") { Description = "Certificates a second, where it is known from elsewhere." };
        var json = new Option<bool>("--json") { Description = "One JSON document instead of lines." };
        var compromise = new Command(
            "compromise",
            """
            Plans what the loss of a client root's key would cost: which certificates a later generation would sign anew, of which
            production orders and months, and for how many hours. Rehearses it on a copy of the database, with keys that are made for it
            and thrown away: no real key is opened and nothing of the live database changes but the log, which says that it was done
            (as role sa_operator). Exit status: 0 done, 1 refused or some certificates would be.

            Examples:
              drill compromise --authority client --with client-2 --plan-only
              drill compromise --authority client --with client-2 --copy-database "Host=/run/postgresql;Database=drill;Username=postgres" \
                  --from "Host=/run/postgresql;Database=authority;Username=postgres"
            """
        )
        {
            authority,
            next,
            planOnly,
            copy,
            from,
            most,
            rate,
            json,
        };
        compromise.Validators.Add(result =>
        {
            if (result.GetValue(planOnly) == (result.GetValue(copy) is not null))
                result.AddError("Give --plan-only, or --copy-database to rehearse on.");
            if (result.GetValue(from) is not null && result.GetValue(copy) is null)
                result.AddError("--from makes the copy that --copy-database names.");
            if (result.GetValue(rate) is <= 0)
                result.AddError("--rate is more than 0.");
        });
        compromise.SetAction(
            (parsed, cancellation) =>
                OperatorSession.RunAsync(
                    settings,
                    session =>
                        RunAsync(
                            session,
                            new Drill(
                                parsed.GetRequiredValue(authority),
                                parsed.GetRequiredValue(next),
                                parsed.GetValue(copy),
                                parsed.GetValue(from),
                                parsed.GetValue(most),
                                parsed.GetValue(rate),
                                parsed.GetValue(json)
                            ),
                            cancellation
                        )
                )
        );
        return new Command("drill", "What is done on the worst day, tried on another.") { compromise };
    }

    private static async Task RunAsync(OperatorSession session, Drill drill, CancellationToken cancellation)
    {
        var configuration = SignerSettings.LoadConfiguration(session.Settings);
        var plan = await CompromisePlan.MakeAsync(session.Database, configuration, drill.Authority, drill.Next, cancellation);
        var rehearsed = drill.Copy is null ? null : await RehearseAsync(session, drill, plan, cancellation);
        (double, string)? rate =
            drill.Rate is { } given ? (given, "as given")
            : rehearsed is { PerSecond: > 0 } ? (rehearsed.PerSecond, "as rehearsed")
            : null;
        var seconds = plan.RateOf(rate) is { } known ? (long?)Math.Ceiling(plan.HoursAt(known.PerSecond) * 3600) : null;

        if (drill.AsJson)
            Console.WriteLine(JsonSerializer.Serialize(new DrillReport(plan, rehearsed, seconds), JsonSerializerOptions.Web));
        else
            Print(plan, rehearsed, rate);
        await new AppendLogEntries(session.Database).AppendAsync(
            [
                new CompromiseDrilled
                {
                    At = DateTimeOffset.UtcNow,
                    Actor = session.Actor,
                    Subject = plan.Generation,
                    Authority = plan.Authority,
                    Generation = plan.Generation,
                    Certificates = plan.Left,
                    Rehearsed = rehearsed?.Issued,
                    Refused = rehearsed?.Refused,
                    Seconds = seconds,
                },
            ],
            cancellation
        );
        if (rehearsed is { Refused: > 0 })
            throw new OperatorException($"{rehearsed.Refused:N0} certificates would be refused: {Codes(rehearsed)}");
    }

    private static async Task<ResigningProgress> RehearseAsync(
        OperatorSession session,
        Drill drill,
        CompromisePlan plan,
        CancellationToken cancellation
    )
    {
        await using var copy = drill.From is { } source
            ? await DatabaseCopy.MakeAsync(drill.Copy!, source, session.Database, cancellation)
            : await DatabaseCopy.OpenAsync(drill.Copy!, session.Database, cancellation);
        return await RehearseCompromise.RunAsync(
            copy,
            session.Settings["CaConfig:Folder"]!,
            plan,
            drill.Most,
            session.Actor,
            _ => { },
            cancellation
        );
    }

    private static void Print(CompromisePlan plan, ResigningProgress? rehearsed, (double, string)? rate)
    {
        plan.Print(Console.Out, rate);
        if (rehearsed is null)
            return;
        Console.WriteLine(
            $"  rehearsed          {rehearsed.Issued:N0} signed anew in {rehearsed.Elapsed:hh\\:mm\\:ss}, {rehearsed.Refused:N0} refused"
        );
    }

    private static string Codes(ResigningProgress progress) =>
        string.Join(", ", progress.Codes.OrderByDescending(pair => pair.Value).Select(pair => $"{pair.Key} {pair.Value:N0}"));

    private sealed record Drill(string Authority, string Next, string? Copy, string? From, long Most, double? Rate, bool AsJson);

    private sealed record DrillReport(CompromisePlan Plan, ResigningProgress? Rehearsed, long? Seconds);
}

using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Microsoft.Extensions.Configuration;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Signer.Lanes;
using SigningAuthority.Signer.Operators;

namespace SigningAuthority.Signer.Replay;

/// <summary>The verb `policy`: what a change of ca-config would do, before it is made.</summary>
internal static class PolicyCommand
{
    private const long UsualNumber = 1000;

    public static Command Create(IConfiguration settings)
    {
        var folder = new Option<string>("--config") { Description = "The proposed ca-config folder.", Required = true };
        var last = new Option<long?>("--last") { Description = "At most so many requests, the newest first. 1000, or all with --since." };
        var since = new Option<DateTimeOffset?>("--since")
        {
            Description = "Only requests submitted from then on: 2026-11-01, 2026-11-01T12:00:00Z.",
            CustomParser = ReadTime,
        };
        var json = new Option<bool>("--json") { Description = "One JSON document instead of lines." };
        last.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<long?>() is < 1)
                result.AddError("--last is 1 or more.");
        });
        var replay = new Command(
            "replay",
            """
            Decides the last requests of providers and devices by the running configuration (CaConfig__Folder) and by a proposed
            one, and lists those that would be decided differently: refused, accepted, for other generations, with another
            profile or other approvals. Nothing is changed but the log, which says that it was done (as role sa_operator or
            sa_signer; role sa_auditor reads and leaves no entry). Facts are those of today. Requests that the front door refused
            are not among them: it keeps no CSR of theirs.
            Exit status: 0 no difference, 3 differences, 78 one of the configurations can't be used.

            Examples:
              SigningAuthority.Signer policy replay --config ca-config.next
              SigningAuthority.Signer policy replay --config ca-config.next --since 2026-11-01 --json | jq .summary
              SigningAuthority.Signer policy replay --config ca-config.next --last 100000
            """
        )
        {
            folder,
            last,
            since,
            json,
        };
        replay.SetAction(
            (parsed, cancellation) =>
                RunAsync(
                    settings,
                    parsed.GetRequiredValue(folder),
                    parsed.GetValue(last) ?? (parsed.GetValue(since) is null ? UsualNumber : long.MaxValue),
                    parsed.GetValue(since),
                    parsed.GetValue(json),
                    cancellation
                )
        );
        return new Command("policy", "The policy of ca-config.") { replay };
    }

    private static async Task<int> RunAsync(
        IConfiguration settings,
        string folder,
        long last,
        DateTimeOffset? since,
        bool asJson,
        CancellationToken cancellation
    )
    {
        var totals = new ReplayTotals();
        var status = await OperatorSession.RunAsync(
            settings,
            async session =>
            {
                await using var running = new DecideUnder(SignerSettings.LoadConfiguration(settings), session.Database);
                await using var proposed = new DecideUnder(AuthorityConfiguration.Load(folder), session.Database);
                await using var output = Console.OpenStandardOutput();
                using var asDocument = asJson ? new JsonReport(output) : null;
                ReplayReport report = asDocument is null ? new TextReport(Console.Out) : asDocument;
                totals = await new ReplayPolicy(session.Database, running, proposed, report, session.Actor).RunAsync(
                    last,
                    since,
                    cancellation
                );
            }
        );
        return status == ExitCodes.Success && totals.Differences > 0 ? ExitCodes.Differences : status;
    }

    private static DateTimeOffset? ReadTime(ArgumentResult result)
    {
        var text = result.Tokens.Single().Value;
        if (
            DateTimeOffset.TryParse(
                text,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                out var time
            )
        )
            return time;
        result.AddError($"--since: '{text}' is no time like 2026-11-01 or 2026-11-01T12:00:00Z (RFC 3339).");
        return null;
    }
}

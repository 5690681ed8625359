using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.IssuanceLog.Tree;

namespace SigningAuthority.Client.Log.Witnesses;

/// <summary><c>signctl log witness</c>: somebody else who remembers what the log has committed itself to.</summary>
internal static class WitnessCommand
{
    private static readonly TimeSpan LongestInterval = TimeSpan.FromDays(1);

    private static readonly Option<string> Key = new("--key")
    {
        Description = "The witness's own private key, of signctl log key make.",
        Required = true,
    };
    private static readonly Option<string> State = new("--state")
    {
        Description = "File in which the last cosigned checkpoint is remembered. Whoever loses it believes the next one.",
        Required = true,
    };
    private static readonly Option<string?> Output = new("--out")
    {
        Description = "File for the cosigned checkpoint; to stdout without it.",
    };
    private static readonly Option<bool> Once = new("--once") { Description = "Look once and end." };
    private static readonly Option<TimeSpan> Interval = new("--interval")
    {
        Description = "Time from look to look: 30s, 5m, 1h.",
        DefaultValueFactory = _ => TimeSpan.FromMinutes(1),
        CustomParser = ParseInterval,
    };

    public static Command Build()
    {
        var (log, logKey) = (new LogOptions(), new LogKeyOptions("--log-key"));
        var command = new DocumentedCommand(
            "witness",
            "Looks at the log's checkpoint, proves that it contains the one remembered from before, cosigns it and remembers it; or refuses, "
                + "names why (log-rolled-back, fork, wrong-log-key, …), keeps both as evidence beside the state, and ends with status 2. "
                + "Needs no token: it never sees an entry.",
            "signctl log witness https://ca.example.com/log --key witness.key --log-key log.pub --state witness.state --once --out cosigned",
            "signctl log witness https://ca.example.com/log --key witness.key --log-key log.pub --state witness.state --interval 60s --out cosigned"
        )
        {
            Key,
            State,
            Output,
            Once,
            Interval,
        };
        log.AddTo(command);
        logKey.AddTo(command);
        command.SetAction(
            async (parsed, cancellation) =>
            {
                using var own = WitnessKey.Read(parsed.GetRequiredValue(Key));
                using var files = log.Open(parsed);
                using var state = WitnessState.Open(parsed.GetRequiredValue(State));
                var witness = new WitnessLog(files, logKey.Read(parsed), own, state);
                if (parsed.GetValue(Once))
                    await LookAsync(witness, parsed.GetValue(Output), cancellation);
                else
                    await WatchAsync(witness, parsed, cancellation);
            }
        );
        return command;
    }

    private static async Task WatchAsync(WitnessLog witness, ParseResult parsed, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(parsed.GetValue(Interval));
        do
        {
            try
            {
                await LookAsync(witness, parsed.GetValue(Output), cancellation);
            }
            catch (WorldFaultException fault)
            {
                // A log that is away is not a log that lies; the next look comes.
                await Console.Error.WriteLineAsync($"signctl: {fault.Code}: {fault.Message}");
            }
        } while (await timer.WaitForNextTickAsync(cancellation));
    }

    private static async Task LookAsync(WitnessLog witness, string? file, CancellationToken cancellation)
    {
        var (note, isNew) = await witness.LookAsync(cancellation);
        await Console.Error.WriteLineAsync($"{(isNew ? "cosigned" : "unchanged")}: {WitnessLog.Describe(note)}");
        await PublishAsync(note, file, cancellation);
    }

    private static async Task PublishAsync(SignedNote note, string? file, CancellationToken cancellation)
    {
        if (file is null)
            await Console.Out.WriteAsync(note.ToString());
        else
            await ReplaceFile.WriteAsync(file, Encoding.UTF8.GetBytes(note.ToString()), cancellation);
    }

    private static TimeSpan ParseInterval(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        var unit = text[^1..] switch
        {
            "s" => TimeSpan.FromSeconds(1),
            "m" => TimeSpan.FromMinutes(1),
            "h" => TimeSpan.FromHours(1),
            _ => TimeSpan.Zero,
        };
        if (unit > TimeSpan.Zero && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0)
        {
            if (count <= LongestInterval / unit)
                return count * unit;
        }

        argument.AddError($"'{text}' is no interval: 30s, 5m, 1h; at most a day.");
        return TimeSpan.Zero;
    }
}

using System.CommandLine;
using System.Text.Json;
using SigningAuthority.Client.CommandLine;

namespace SigningAuthority.Client.Log.Verification;

/// <summary><c>signctl log verify</c>: the whole log, by its files and the log's public key.</summary>
internal static class VerifyCommand
{
    private const string Description = """
        Reads every entry of the log, makes its tree again and compares it with the tiles and the signed checkpoint; and follows what
        entries say of each other: certificates were intended before they were issued, each authority's are numbered without gaps,
        no entry is much older than those before it. Each finding is a line on stderr: a stable name, the index, a sentence; then the
        exit status is 2. With --state it goes on where it ended, after an interruption too, and remembers the checkpoint: a log that
        was rolled back or forked since is found, and both checkpoints are kept beside the state.
        """;

    private static readonly Option<string?> State = new("--state")
    {
        Description = "File to go on from and to remember by. Keep it where nobody of the authority can write.",
    };
    private static readonly Option<string?> Checkpoint = new("--checkpoint")
    {
        Description = "Verify up to this checkpoint (a file: kept, cosigned, another auditor's) instead of the log's newest.",
    };
    private static readonly Option<bool> Json = new("--json") { Description = "Print the result as JSON." };

    public static Command Build()
    {
        var (log, key) = (new LogOptions(), new LogKeyOptions());
        var command = new DocumentedCommand(
            "verify",
            Description,
            "signctl log verify https://ca.example.com/log --key log.pub --state audit.state",
            "signctl log verify mirror --key log.pub",
            "signctl log verify mirror --key log.pem --origin ca.example.com/log --checkpoint cosigned --json"
        )
        {
            State,
            Checkpoint,
            Json,
        };
        log.AddTo(command);
        key.AddTo(command);
        command.SetAction(
            async (parsed, cancellation) =>
            {
                var logKey = key.Read(parsed);
                using var files = log.Open(parsed);
                using var state = parsed.GetValue(State) is { } path ? KeptVerification.Open(path) : null;
                var chosen = parsed.GetValue(Checkpoint);
                var octets = chosen is null ? await files.ReadCheckpointAsync(cancellation) : await ReadAsync(chosen, cancellation);
                var run = new RunVerification(files, logKey, state, isChosen: chosen is not null);
                var result = await Progress.CountAsync("entries", show => run.RunAsync(octets, show, cancellation));
                foreach (var finding in result.Findings)
                    await Console.Error.WriteLineAsync($"signctl: {PlainText.Of(finding.ToString())}");
                if (parsed.GetValue(Json))
                    await Console.Out.WriteLineAsync(JsonSerializer.Serialize(result, ReportJson.Options));
                else
                    result.Print(Console.Out);
                return result.IsSound ? ExitCodes.Done : ExitCodes.EvidenceFails;
            }
        );
        return command;
    }

    private static Task<byte[]> ReadAsync(string file, CancellationToken cancellation) =>
        File.Exists(file) ? File.ReadAllBytesAsync(file, cancellation) : throw new InvalidInputException($"{file}: no such file.");
}

using System.CommandLine;
using SigningAuthority.Client.CommandLine;

namespace SigningAuthority.Client.Log;

/// <summary><c>signctl log consistency</c>: a checkpoint that somebody kept, against the log as it stands.</summary>
internal static class ConsistencyCommand
{
    private static readonly Argument<string> Kept = new("CHECKPOINT")
    {
        Description = "A checkpoint kept from earlier, or another auditor's; a cosigned one too.",
    };

    public static Command Build()
    {
        var (log, key) = (new LogOptions(), new LogKeyOptions());
        var command = new DocumentedCommand(
            "consistency",
            "Proves that the log still begins with all that it contained at a checkpoint kept from earlier, unchanged and in its order; or "
                + "that the log's key signed two histories. Two auditors who exchange checkpoints find out so whether they are shown the same log.",
            "signctl log consistency kept.checkpoint https://ca.example.com/log --key log.pub",
            "signctl log consistency from-another-auditor.checkpoint mirror --key log.pub"
        )
        {
            Kept,
        };
        log.AddTo(command);
        key.AddTo(command);
        command.SetAction(
            async (parsed, cancellation) =>
            {
                var logKey = key.Read(parsed);
                var file = parsed.GetRequiredValue(Kept);
                if (!File.Exists(file))
                    throw new InvalidInputException($"{file}: no such file.");
                var kept = TrustedCheckpoint.Verify(await File.ReadAllBytesAsync(file, cancellation), logKey);
                using var files = log.Open(parsed);
                var newest = await TrustedCheckpoint.ReadAsync(files, logKey, cancellation);
                var proof = await CompareCheckpoints.RequireSuccessorAsync(kept, newest, files, cancellation);
                Console.Out.WriteLine($"consistent: the log of {newest.Size} entries begins with the {kept.Size} of the kept checkpoint");
                foreach (var hash in proof.Path)
                    Console.Out.WriteLine(Convert.ToBase64String(hash));
            }
        );
        return command;
    }
}

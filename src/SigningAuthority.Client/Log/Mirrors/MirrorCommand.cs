using System.CommandLine;
using SigningAuthority.Client.CommandLine;

namespace SigningAuthority.Client.Log.Mirrors;

/// <summary><c>signctl log mirror</c>: a copy of the log that any web server can serve and signctl can read.</summary>
internal static class MirrorCommand
{
    private static readonly Option<string> Folder = new("--to") { Description = "The mirror's folder; made if missing.", Required = true };
    private static readonly Option<bool> HashesOnly = new("--hashes-only")
    {
        Description = "Without the entries, which may need a token: enough for proofs, witnesses and receipts.",
    };

    public static Command Build()
    {
        var (log, key) = (new LogOptions(), new LogKeyOptions());
        var command = new DocumentedCommand(
            "mirror",
            "Copies the log's tiles, entries and checkpoint into a folder, where they lie as they are served. Every tile is proven before it is "
                + "written and the checkpoint comes last, so that the folder is always a whole log; a run that was interrupted goes on where "
                + "it was. A log that was rolled back or forked since the last run is refused and the mirror stays as it is.",
            "signctl log mirror https://ca.example.com/log --to mirror --key log.pub",
            "signctl log mirror https://ca.example.com/log --to /var/www/log --key log.pub --hashes-only"
        )
        {
            Folder,
            HashesOnly,
        };
        log.AddTo(command);
        key.AddTo(command);
        command.SetAction(
            async (parsed, cancellation) =>
            {
                var logKey = key.Read(parsed);
                using var files = log.Open(parsed);
                var folder = parsed.GetRequiredValue(Folder);
                using var mirror = new MirrorLog(files, folder, logKey);
                var result = await Progress.CountAsync("tiles", show => mirror.RunAsync(!parsed.GetValue(HashesOnly), show, cancellation));
                Console.Out.WriteLine($"mirrored: {result.Entries} entries in {folder}; {result.NewTiles} tiles are new");
            }
        );
        return command;
    }
}

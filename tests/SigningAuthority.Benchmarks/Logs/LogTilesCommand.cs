using System.CommandLine;
using SigningAuthority.UnitTests.Client.Log;

namespace SigningAuthority.Benchmarks.Logs;

/// <summary>log-tiles: a log of any size as files, with a key of its own, to measure its verification by.</summary>
internal static class LogTilesCommand
{
    public static Command Create()
    {
        var folder = new Option<string>("--to")
        {
            Description = "Folder that gets the log's files and, beside it, FOLDER.pub",
            Required = true,
        };
        var entries = new Option<int>("--entries") { Description = "How many", Required = true };
        var command = new Command("log-tiles", "Makes a log as static files (C2SP tlog-tiles): three entries for each of many devices.")
        {
            folder,
            entries,
        };
        command.SetAction(
            (parsed, cancellation) =>
            {
                using var log = new MadeLog(parsed.GetValue(folder)!);
                log.WriteKey(log.Folder + ".pub");
                foreach (var entry in PlausibleEntries.All().Take(parsed.GetValue(entries)))
                {
                    cancellation.ThrowIfCancellationRequested();
                    log.Append(entry.Encode());
                }

                log.Publish();
                return Task.FromResult(0);
            }
        );
        return command;
    }
}

using System.Text;
using SigningAuthority.Storage.IssuanceLog;

namespace SigningAuthority.Signer.Lanes;

/// <summary>
/// The last checkpoint that this Signer signed, in a file outside of the database: whoever restores or rewrites the database is found
/// out by it. Written whole or not at all, and on the disk when <see cref="Keep"/> returns. Several Signers that share one file keep it as
/// sound, but the one that writes last may be behind the other: give each its own.
/// </summary>
internal sealed class LogStateFile(string? path)
{
    /// <summary>Null where nothing is kept.</summary>
    public string? Path { get; } = path;

    /// <returns>Null where there is no file yet.</returns>
    /// <exception cref="FormatException">The file holds something else.</exception>
    public SealedHead? Read()
    {
        if (Path is null || !File.Exists(Path))
            return null;

        try
        {
            return SealedHead.Parse(File.ReadAllText(Path));
        }
        catch (FormatException fault)
        {
            throw new FormatException($"The log's state file {Path} is damaged: {fault.Message} See the runbook.", fault);
        }
    }

    public void Keep(SealedHead head)
    {
        if (Path is null)
            return;

        var folder = System.IO.Path.GetDirectoryName(Path)!;
        Directory.CreateDirectory(folder);
        var fresh = $"{Path}.{Environment.ProcessId}.new";
        using (var file = new FileStream(fresh, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            file.Write(Encoding.UTF8.GetBytes(head.Format()));
            file.Flush(flushToDisk: true);
        }

        File.Move(fresh, Path, overwrite: true);
    }
}

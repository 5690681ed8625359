using SigningAuthority.Client.Log;
using SigningAuthority.IssuanceLog.Tree;

namespace SigningAuthority.UnitTests.Client.Log;

/// <summary>A folder for one test, with a log in it.</summary>
internal sealed class LogScratch : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sa-log-");

    public LogScratch(int entries)
    {
        Made = new MadeLog(PathOf("log"));
        Grow(entries);
    }

    public MadeLog Made { get; }

    public NoteKey Key => Made.Key;

    /// <summary>The log's folder, as signctl reads it.</summary>
    public LogFolder Files => new(Made.Folder);

    public string PathOf(string name) => Path.Combine(_folder.FullName, name);

    /// <summary>Appends so many of the plausible entries and publishes.</summary>
    public SignedNote Grow(int entries)
    {
        Made.Append(PlausibleEntries.All().Skip((int)Made.Size).Take(entries).Select(entry => entry.Encode()));
        return Made.Publish();
    }

    /// <summary>As the log was at this moment: what a backup would bring back.</summary>
    public LogFolder Keep(string name)
    {
        var kept = PathOf(name);
        foreach (var file in Directory.EnumerateFiles(Made.Folder, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(kept, Path.GetRelativePath(Made.Folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        return new LogFolder(kept);
    }

    public void Dispose()
    {
        Made.Dispose();
        _folder.Delete(recursive: true);
    }
}

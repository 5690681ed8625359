namespace SigningAuthority.Client.Log;

/// <summary>A mirror, or what a web server's folder was copied to: tiles lie under the paths that they are served at.</summary>
internal sealed class LogFolder(string folder) : LogFiles
{
    public override string Place => folder;

    public override int Parallel => 2 * Environment.ProcessorCount;

    protected override async ValueTask<byte[]?> FindAsync(string path, CancellationToken cancellation)
    {
        try
        {
            return await File.ReadAllBytesAsync(PathOf(folder, path), cancellation);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public static string PathOf(string folder, string path) => Path.Combine([folder, .. path.Split('/')]);
}

using System.IO.Compression;

namespace SigningAuthority.Api.Providers.Kits;

/// <summary>Writes files as a zip whose bytes depend on nothing but names, contents and the one time: sorted, the same rights for all.</summary>
internal static class ZipFolder
{
    // Unix rights stand in the upper half (APPNOTE.TXT 4.4.15 leaves them to the system that made the file).
    private const int File = unchecked((int)0x81A4_0000); // -rw-r--r--
    private const int Folder = 0x41ED_0000; // drwxr-xr-x

    /// <param name="files">Paths with "/"; one that ends so is an empty folder.</param>
    /// <param name="at">A zip knows years from 1980 to 2107 and even seconds.</param>
    public static byte[] Write(IEnumerable<(string Path, byte[] Content)> files, DateTimeOffset at)
    {
        using var octets = new MemoryStream();
        using (var zip = new ZipArchive(octets, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (path, content) in files.OrderBy(file => file.Path, StringComparer.Ordinal))
            {
                var entry = zip.CreateEntry(path, CompressionLevel.Optimal);
                entry.LastWriteTime = new DateTimeOffset(at.UtcDateTime, TimeSpan.Zero);
                entry.ExternalAttributes = path.EndsWith('/') ? Folder : File;
                using var stream = entry.Open();
                stream.Write(content);
            }
        }

        return octets.ToArray();
    }
}

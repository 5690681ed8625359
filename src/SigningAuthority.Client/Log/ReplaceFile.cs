namespace SigningAuthority.Client.Log;

/// <summary>Writes a file so that whoever reads it, after a crash too, sees either the old one whole or the new one whole.</summary>
internal static class ReplaceFile
{
    public static async Task WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        var beside = $"{path}.{Guid.NewGuid():N}.new";
        try
        {
            await using (var file = new FileStream(beside, FileMode.CreateNew, FileAccess.Write))
            {
                await file.WriteAsync(content, cancellation);
                file.Flush(flushToDisk: true);
            }

            File.Move(beside, path, overwrite: true);
        }
        catch
        {
            File.Delete(beside);
            throw;
        }
    }
}

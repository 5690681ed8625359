namespace SigningAuthority.Signer.Operators;

/// <summary>A file that only its owner can read, from its first octet on.</summary>
internal static class SecretFile
{
    public static async Task WriteAsync(string path, string text, CancellationToken cancellation)
    {
        File.Delete(path);
        await using var file = new FileStream(
            path,
            new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }
        );
        await file.WriteAsync(System.Text.Encoding.ASCII.GetBytes(text), cancellation);
    }
}

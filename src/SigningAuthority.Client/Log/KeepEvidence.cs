using System.Security.Cryptography;
using System.Text;
using SigningAuthority.IssuanceLog.Tiles;

namespace SigningAuthority.Client.Log;

/// <summary>Two checkpoints that contradict each other, kept: both signed by the log's key, they speak for themselves.</summary>
internal static class KeepEvidence
{
    /// <param name="beside">The folder's name begins with this path.</param>
    /// <param name="remembered">File with the checkpoint known before; copied if it is there.</param>
    /// <param name="seen">The checkpoint that does not follow it.</param>
    /// <param name="found">Why.</param>
    /// <param name="cancellation">Leaves what is written by then.</param>
    /// <returns>The folder; the same checkpoint seen again has the same one.</returns>
    public static async Task<string> WriteAsync(
        string beside,
        string remembered,
        byte[] seen,
        LogFinding found,
        CancellationToken cancellation
    )
    {
        var folder = $"{beside}.refused-{Convert.ToHexStringLower(SHA256.HashData(seen))[..16]}";
        Directory.CreateDirectory(folder);
        await ReplaceFile.WriteAsync(Path.Combine(folder, "seen.checkpoint"), seen, cancellation);
        await ReplaceFile.WriteAsync(Path.Combine(folder, "found.txt"), Encoding.UTF8.GetBytes($"{found}\n"), cancellation);
        if (File.Exists(remembered))
            File.Copy(remembered, Path.Combine(folder, "remembered.checkpoint"), overwrite: true);
        return folder;
    }
}

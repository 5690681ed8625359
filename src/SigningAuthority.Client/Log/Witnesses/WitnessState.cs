using System.Security.Cryptography;
using System.Text;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.IssuanceLog.Tree;

namespace SigningAuthority.Client.Log.Witnesses;

/// <summary>
/// The last checkpoint that this witness cosigned, in a file of its own. Held for as long as the witness works: comparing and
/// remembering must be one step (C2SP tlog-witness, "add-checkpoint"), so two witnesses can't share it.
/// </summary>
internal sealed class WitnessState : IDisposable
{
    private readonly string _path;
    private readonly FileStream _turn;

    private WitnessState(string path, FileStream turn) => (_path, _turn) = (path, turn);

    /// <exception cref="InvalidInputException">Another witness holds it.</exception>
    public static WitnessState Open(string path)
    {
        try
        {
            return new WitnessState(path, new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException held) when (held is not (DirectoryNotFoundException or FileNotFoundException or PathTooLongException))
        {
            throw new InvalidInputException($"{path}: another witness is at work with it ({held.Message}).");
        }
    }

    /// <summary>Null before the first checkpoint.</summary>
    /// <exception cref="InvalidInputException">The file is not what this witness wrote: it would be led to sign anything.</exception>
    public async Task<TrustedCheckpoint?> ReadAsync(NoteKey own, NoteKey log, CancellationToken cancellation)
    {
        if (!File.Exists(_path))
            return null;
        try
        {
            var note = SignedNote.Parse(await File.ReadAllBytesAsync(_path, cancellation));
            if (note.IsSignedBy(own))
                return TrustedCheckpoint.Verify(note, log);
        }
        catch (FormatException) { }

        throw new InvalidInputException($"{_path} is not a checkpoint that {own.Name} cosigned; it is left as it is.");
    }

    public Task WriteAsync(SignedNote cosigned, CancellationToken cancellation) =>
        ReplaceFile.WriteAsync(_path, Encoding.UTF8.GetBytes(cosigned.ToString()), cancellation);

    /// <summary>Keeps both notes and what was found: signed by the log's key, they speak for themselves.</summary>
    /// <returns>The folder; the same find has the same one.</returns>
    public async Task<string> KeepEvidenceAsync(byte[] seen, LogDefect found, CancellationToken cancellation)
    {
        var folder = $"{_path}.refused-{Convert.ToHexStringLower(SHA256.HashData(seen))[..16]}";
        Directory.CreateDirectory(folder);
        await ReplaceFile.WriteAsync(Path.Combine(folder, "seen.checkpoint"), seen, cancellation);
        await ReplaceFile.WriteAsync(Path.Combine(folder, "found.txt"), Encoding.UTF8.GetBytes($"{found}\n"), cancellation);
        if (File.Exists(_path))
            File.Copy(_path, Path.Combine(folder, "remembered.checkpoint"), overwrite: true);
        return folder;
    }

    public void Dispose() => _turn.Dispose();
}

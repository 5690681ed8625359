using System.Text;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.IssuanceLog.Tiles;
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

    /// <exception cref="InvalidInputException">Another witness has it.</exception>
    public static WitnessState Open(string path) => new(path, FileTurn.Take(path));

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

    /// <inheritdoc cref="KeepEvidence.WriteAsync"/>
    public Task<string> KeepEvidenceAsync(byte[] seen, LogFinding found, CancellationToken cancellation) =>
        KeepEvidence.WriteAsync(_path, _path, seen, found, cancellation);

    public void Dispose() => _turn.Dispose();
}

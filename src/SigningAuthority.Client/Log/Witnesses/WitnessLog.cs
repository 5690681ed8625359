using SigningAuthority.Client.CommandLine;
using SigningAuthority.IssuanceLog.Tiles;
using SigningAuthority.IssuanceLog.Tree;

namespace SigningAuthority.Client.Log.Witnesses;

/// <summary>
/// One look of a witness: the newest checkpoint is cosigned if it contains the one cosigned before, and refused if not (C2SP
/// tlog-witness). It fetches what it judges by itself, so that the log needs not know it.
/// </summary>
internal sealed class WitnessLog(LogFiles files, NoteKey log, WitnessKey own, WitnessState state)
{
    /// <returns>The cosigned checkpoint, and whether it is a new one.</returns>
    /// <exception cref="LogDefectException">Refused; both notes are kept beside the state.</exception>
    public async Task<(SignedNote Note, bool IsNew)> LookAsync(CancellationToken cancellation)
    {
        var remembered = await state.ReadAsync(own.Public, log, cancellation);
        var octets = await files.ReadCheckpointAsync(cancellation);
        try
        {
            // 1. The log's own key has signed it.
            var seen = TrustedCheckpoint.Verify(octets, log);

            // 2. It contains all that was cosigned before. The first one there is can only be believed, once its tiles agree.
            if (remembered is null)
                await CompareCheckpoints.RequireRootAsync(new TiledTree(seen.Size, files.ReadWholeTileAsync), seen, cancellation);
            else
                await CompareCheckpoints.RequireSuccessorAsync(remembered, seen, files, cancellation);
            if (remembered?.Note.Text == seen.Note.Text)
                return (remembered.Note, false);

            // 3. Remembered before it is given out: whatever happens then, nothing else of this size is ever signed.
            var cosigned = Cosign(seen.Note);
            await state.WriteAsync(cosigned, cancellation);
            return (cosigned, true);
        }
        catch (LogDefectException refusal)
        {
            var folder = await state.KeepEvidenceAsync(octets, refusal.Finding, cancellation);
            throw new LogDefectException(refusal.Finding with { Message = $"{refusal.Finding.Message} Not cosigned; kept in {folder}." });
        }
    }

    private SignedNote Cosign(SignedNote note)
    {
        try
        {
            return own.Cosign(note);
        }
        catch (FormatException)
        {
            throw new LogDefectException(
                FindingCodes.CheckpointMalformed,
                "the note is so long that no signature line more has room in it."
            );
        }
    }

    /// <summary>How a person reads it.</summary>
    public static string Describe(SignedNote note) => PlainText.Of(note.Text.ReplaceLineEndings(" ").TrimEnd());
}

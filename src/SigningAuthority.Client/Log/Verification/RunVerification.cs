using SigningAuthority.Client.CommandLine;
using SigningAuthority.IssuanceLog.Tiles;
using SigningAuthority.IssuanceLog.Tree;

namespace SigningAuthority.Client.Log.Verification;

/// <summary>One verification, from what is remembered to the checkpoint in hand.</summary>
/// <param name="files">The log's.</param>
/// <param name="key">The log's, known from elsewhere.</param>
/// <param name="kept">Null where nothing is to be remembered.</param>
/// <param name="isChosen">The checkpoint is one that somebody kept, and not what the log shows as its newest.</param>
internal sealed class RunVerification(LogFiles files, NoteKey key, KeptVerification? kept, bool isChosen = false)
{
    /// <param name="note">The checkpoint to verify up to.</param>
    /// <param name="progress">Entries verified, of how many.</param>
    /// <param name="cancellation">What was verified by then is kept.</param>
    /// <exception cref="LogDefectException">The checkpoint itself is none, or does not follow the one remembered.</exception>
    /// <exception cref="InvalidInputException">The chosen checkpoint is older than what is remembered: that accuses nobody.</exception>
    public async Task<VerifiedLog> RunAsync(byte[] note, Action<long, long> progress, CancellationToken cancellation)
    {
        // 1. The log's key signed this checkpoint, and it contains the one of the last run.
        var checkpoint = TrustedCheckpoint.Verify(note, key);
        await RequireMemoryAsync(checkpoint, note, cancellation);

        // 2. Remembered before the walk, whatever comes of it: it was signed, and the next run holds the log to it.
        if (kept is not null)
            await kept.WriteCheckpointAsync(note, cancellation);

        // 3. Every entry that was not verified before.
        var state = kept is null ? new VerificationState() : await kept.ReadAsync(cancellation);
        var from = state.Size;
        try
        {
            var report = await new VerifyLog(files.ReadTileAsync, files.Ahead).RunAsync(
                checkpoint.Head,
                state,
                advanced =>
                {
                    progress(advanced.Size, checkpoint.Size);
                    return kept?.AdvanceAsync(advanced, cancellation) ?? ValueTask.CompletedTask;
                },
                cancellation
            );
            return VerifiedLog.Of(report, from);
        }
        finally
        {
            if (kept is not null)
                await kept.WriteAsync(state, CancellationToken.None);
        }
    }

    private async Task RequireMemoryAsync(TrustedCheckpoint checkpoint, byte[] note, CancellationToken cancellation)
    {
        if (kept is null || await kept.ReadCheckpointAsync(key, cancellation) is not { } before)
            return;
        if (isChosen && checkpoint.Size < before.Size)
            throw new InvalidInputException(
                $"the checkpoint is of {checkpoint.Size} entries, and the state remembers one of {before.Size}: verify it without --state, "
                    + "and signctl log consistency says whether the log still contains it."
            );
        try
        {
            await CompareCheckpoints.RequireSuccessorAsync(before, checkpoint, files, cancellation);
        }
        catch (LogDefectException found) when (found.Finding.Code is LogFindingCodes.RolledBack or LogFindingCodes.Fork)
        {
            var folder = await kept.KeepEvidenceAsync(note, found.Finding, cancellation);
            throw new LogDefectException(found.Finding with { Message = $"{found.Finding.Message} Both are kept in {folder}." });
        }
        catch (LogDefectException broken)
        {
            // Broken tiles prove nothing either way; the walk says at which index they are broken. Should it be a fork after all, the two
            // notes are its proof, and the remembered one is about to be replaced.
            await kept.KeepEvidenceAsync(note, broken.Finding, cancellation);
        }
    }
}

using SigningAuthority.IssuanceLog.Proofs;
using SigningAuthority.IssuanceLog.Tiles;

namespace SigningAuthority.Client.Log;

/// <summary>Is a later checkpoint the same log, only longer? Asked by whoever remembers one: auditor, mirror, witness.</summary>
internal static class CompareCheckpoints
{
    /// <returns>The proof, which has been verified.</returns>
    /// <exception cref="LogDefectException">log-rolled-back, fork, or the tiles are not those of the later checkpoint.</exception>
    public static async Task<ConsistencyProof> RequireSuccessorAsync(
        TrustedCheckpoint earlier,
        TrustedCheckpoint later,
        LogFiles files,
        CancellationToken cancellation
    )
    {
        // 1. A log only grows. A smaller one is yesterday's, or the newest entries are gone.
        if (later.Size < earlier.Size)
            throw new LogDefectException(
                LogFindingCodes.RolledBack,
                $"the log has {later.Size} entries, and a checkpoint of {earlier.Size} was signed before.",
                later.Size
            );

        // 2. The same size is the same log only with the same root.
        if (later.Size == earlier.Size)
            return later.Head.RootHash.AsSpan().SequenceEqual(earlier.Head.RootHash)
                ? new ConsistencyProof(earlier.Size, later.Size, [])
                : throw Fork(earlier, later);

        // 3. The later tree with its beginning apart: only if both together make the later root do the tiles say what that beginning
        //    was. Without this a damaged tile would look like a second history.
        var tree = new TiledTree(later.Size, files.ReadWholeTileAsync);
        await RequireRootAsync(tree, later, cancellation);
        var beginning = await tree.ProveRangeAsync(earlier.Size, earlier.Size, cancellation);
        if (!beginning.Verify([], later.Head.RootHash))
            throw new LogDefectException(
                LogFindingCodes.TileAltered,
                $"the tiles over the first {earlier.Size} entries are not those of the tree of {later.Size} that was signed."
            );

        // 4. What it was is what was signed then.
        var proof = await tree.ProveConsistencyAsync(earlier.Size, cancellation);
        return proof.Verify(earlier.Head.RootHash, later.Head.RootHash) ? proof : throw Fork(earlier, later);
    }

    /// <exception cref="LogDefectException">The tiles make another root than the one that was signed.</exception>
    public static async Task RequireRootAsync(TiledTree tree, TrustedCheckpoint checkpoint, CancellationToken cancellation)
    {
        var root = await tree.RootAsync(cancellation);
        if (!root.AsSpan().SequenceEqual(checkpoint.Head.RootHash))
            throw new LogDefectException(
                LogFindingCodes.RootMismatch,
                $"the tiles of {checkpoint.Size} entries make the root {Convert.ToBase64String(root)}, and {Convert.ToBase64String(checkpoint.Head.RootHash)} was signed."
            );
    }

    private static LogDefectException Fork(TrustedCheckpoint earlier, TrustedCheckpoint later) =>
        new(
            LogFindingCodes.Fork,
            $"the log's key signed two histories: the checkpoint of {later.Size} entries does not contain the one of {earlier.Size}. Both together are proof of it."
        );
}

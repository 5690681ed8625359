using Npgsql;
using SigningAuthority.IssuanceLog.Tiles;
using SigningAuthority.IssuanceLog.Tree;

namespace SigningAuthority.Storage.IssuanceLog;

/// <summary>That what the database holds is the log that was signed so far, and that now is after it.</summary>
internal static class RequireContinuation
{
    /// <exception cref="SealingStoppedException">It is not.</exception>
    internal static void OfKey(NoteKey key, byte[]? recorded)
    {
        if (recorded is not null && !recorded.AsSpan().SequenceEqual(key.SubjectPublicKeyInfo))
            throw new SealingStoppedException(
                SealingStop.AnotherKey,
                "The log's key here is another key than the one that its ceremony recorded."
            );
    }

    /// <exception cref="SealingStoppedException">It is not.</exception>
    internal static void OfTime(LogHead head, LogSealing sealing, DateTimeOffset now)
    {
        var size = head.Tree.Size;
        if (size <= sealing.ClockAcceptedUpTo || now >= head.SealedAt - sealing.ClockTolerance)
            return;

        throw new SealingStoppedException(
            SealingStop.ClockWentBack,
            $"The clock went back: it is {now.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ} here, and {size} entries were sealed at {head.SealedAt.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}. "
                + $"Should that one have been wrong: Log:ClockAcceptedUpTo={size}."
        );
    }

    /// <summary>Nothing to compute where this sequencer wrote the head itself; else some tiles.</summary>
    /// <exception cref="SealingStoppedException">It is not.</exception>
    internal static async Task OfTreeAsync(
        NpgsqlConnection connection,
        LogHead head,
        SealedHead? remembered,
        NoteKey key,
        CancellationToken cancellation
    )
    {
        if (remembered is not null && !remembered.IsSignedBy(key))
            throw new SealingStoppedException(
                SealingStop.AnotherKey,
                $"The checkpoint of {remembered.Head.Size} entries that is remembered here was signed with another key than the one here."
            );
        // The note alone is not enough: the next head grows out of the frontier beside it, which somebody may have rewritten.
        if (remembered is not null && remembered.Note == head.Note && IsTreeOf(head.Tree, remembered.Head))
            return;

        if (head.Note is { Length: > 0 } note)
            RequireSignedTree(head.Tree, note, key);
        if (remembered is null)
            return;

        if (head.Tree.Size < remembered.Head.Size)
            throw new SealingStoppedException(
                SealingStop.RolledBack,
                $"The database was rolled back: it has {head.Tree.Size} sealed entries, and {remembered.Head.Size} were signed for."
            );
        if (!await ContinuesAsync(connection, head.Tree, remembered.Head, cancellation))
            throw new SealingStoppedException(
                SealingStop.AnotherTree,
                $"The database holds another tree: its first {remembered.Head.Size} entries are not those that were signed for."
            );
    }

    private static async Task<bool> ContinuesAsync(
        NpgsqlConnection connection,
        CompactRange head,
        Checkpoint remembered,
        CancellationToken cancellation
    )
    {
        if (head.Size == remembered.Size)
            return IsTreeOf(head, remembered);

        try
        {
            var tree = new TiledTree(head.Size, StoredTiles.On(connection));
            // Both trees out of the same hashes: the head must be what was signed for and then the rest, not only have it beside itself.
            var beginning = await tree.ProveRangeAsync(remembered.Size, remembered.Size, cancellation);
            return beginning.Verify([], head.Root()) && IsTreeOf(await tree.FrontierAsync(remembered.Size, cancellation), remembered);
        }
        catch (FormatException)
        {
            // Hashes are missing: no tree at all.
            return false;
        }
    }

    private static bool IsTreeOf(CompactRange tree, Checkpoint head) =>
        tree.Size == head.Size && tree.Root().AsSpan().SequenceEqual(head.RootHash);

    // Whoever rewrites root and frontier together makes a head that is right in itself: what was signed over it is what it is compared with.
    private static void RequireSignedTree(CompactRange head, string note, NoteKey key)
    {
        if (Read(note) is not { } signed || !signed.IsSignedBy(key))
            throw new SealingStoppedException(
                SealingStop.AnotherKey,
                $"The newest checkpoint, of {head.Size} entries, was signed with another key than the one here."
            );
        if (!IsTreeOf(head, signed.Head))
            throw new SealingStoppedException(
                SealingStop.AnotherTree,
                $"The log's head of {head.Size} entries is not the tree that its checkpoint was signed over."
            );
    }

    private static SealedHead? Read(string note)
    {
        try
        {
            return new SealedHead(note, default);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}

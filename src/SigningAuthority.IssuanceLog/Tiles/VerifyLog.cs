using SigningAuthority.IssuanceLog.Tree;

namespace SigningAuthority.IssuanceLog.Tiles;

/// <summary>
/// Verifies a whole log by its public files: from the entries' bytes to the leaves, the tiles and the signed root, and what
/// must hold from entry to entry. Bundles are fetched and hashed ahead, on all processors; memory does not grow with the log.
/// </summary>
/// <param name="read">Called from many threads at a time.</param>
/// <param name="ahead">Bundles under way at a time; each of some 100 KB.</param>
public sealed class VerifyLog(ReadTile read, int ahead = 16)
{
    /// <summary>Goes on from the state, which it advances, to the checkpoint.</summary>
    /// <param name="checkpoint">Its signature was verified by the caller, with a key known from elsewhere.</param>
    /// <param name="state">A new one, or what an earlier run left.</param>
    /// <param name="advanced">Called after each whole bundle: the place to save the state and to show how far it is. May be null.</param>
    /// <param name="cancellation">Leaves the state as it was after the last whole bundle.</param>
    /// <exception cref="Exception">What <paramref name="read"/> throws, other than <see cref="TileMissingException"/>.</exception>
    public async Task<LogReport> RunAsync(
        Checkpoint checkpoint,
        VerificationState state,
        Func<VerificationState, ValueTask>? advanced = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        ArgumentNullException.ThrowIfNull(state);

        // 1. A log only grows: a smaller one lacks what was signed before.
        var before = Math.Max(state.Size, state.Checkpoints.Max(known => (long?)known.Size) ?? 0);
        if (before > checkpoint.Size)
        {
            var look = state.Copy();
            look.Find(
                LogFindingCodes.RolledBack,
                $"the log has {checkpoint.Size} entries, and {before} were signed before.",
                checkpoint.Size
            );
            return Report(checkpoint, look, state);
        }

        // 2. Whatever this run comes to, the next one must find this checkpoint kept.
        state.Remember(checkpoint);

        // 3. Whole bundles, in order; those behind are fetched meanwhile.
        var walk = new LogWalk(new NodeTiles(read, checkpoint.Size), checkpoint);
        var tiles = TilePath.EntriesOf(checkpoint.Size).Skip((int)(state.Size / TilePath.FullWidth)).GetEnumerator();
        var underWay = new Queue<Task<BundleReading>>();
        using var abandoned = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            while (true)
            {
                // What is there already needs no wait that could be abandoned.
                cancellation.ThrowIfCancellationRequested();
                while (underWay.Count < ahead && tiles.MoveNext())
                {
                    var tile = tiles.Current;
                    underWay.Enqueue(Task.Run(() => BundleReading.ReadAsync(read, tile, abandoned.Token), abandoned.Token));
                }

                if (!underWay.TryDequeue(out var next))
                    break;

                var bundle = await next;

                // 4. The last one, if it is partial, is no state to go on from: its full tile will be another. Nor is one that was not to
                //    be had: the next run asks again, and should not find it missing when it is there.
                var into = bundle.Tile.IsFull && bundle.FromEntries is not null ? state : state.Copy();
                if (!await walk.TakeAsync(into, bundle, cancellation))
                    return Report(checkpoint, into, state);
                if (into != state)
                    return Report(checkpoint, walk.End(into), state);
                if (advanced is not null)
                    await advanced(state);
            }

            return Report(checkpoint, walk.End(state), state);
        }
        finally
        {
            await abandoned.CancelAsync();
            tiles.Dispose();
            await Task.WhenAll(underWay)
                .ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private static LogReport Report(Checkpoint checkpoint, VerificationState end, VerificationState resume) =>
        new(
            checkpoint,
            end.Size,
            [.. end.Findings],
            end.FindingCount,
            end.Intended,
            end.Issued,
            end.Open,
            end.Latest,
            end.IssuerSequences.ToDictionary(),
            resume
        );
}

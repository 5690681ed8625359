using SigningAuthority.IssuanceLog.Tree;

namespace SigningAuthority.IssuanceLog.Tiles;

/// <summary>The part of a verification that goes leaf after leaf. Not thread-safe.</summary>
/// <param name="nodes">The tiles above the leaves.</param>
/// <param name="target">The checkpoint at its end.</param>
internal sealed class LogWalk(NodeTiles nodes, Checkpoint target)
{
    /// <summary>Takes the next bundle.</summary>
    /// <returns>False if its entries are not to be had: what follows would stand on what is missing.</returns>
    internal async ValueTask<bool> TakeAsync(VerificationState state, BundleReading bundle, CancellationToken cancellation)
    {
        var findings = new List<LogFinding>(bundle.Findings);
        var node = bundle.Tile.IsFull ? await nodes.NodeAsync(1, bundle.Tile.Index, findings, cancellation) : null;
        if (bundle.FromEntries is not null)
        {
            // 1. The leaves: what the entries hash to and what the tile says are the same, or the nodes above tell who is right.
            var leaves = Leaves(state, bundle, node, findings);

            // 2. Trees that were signed and end among them.
            var end = state.Size + bundle.Tile.Width;
            foreach (var signed in state.Checkpoints.Where(known => known.Size >= state.Size && known.Size < end).ToList())
                Compare(signed, Extend(state.Tree, leaves.AsSpan(0, (int)(signed.Size - state.Size) * MerkleTree.HashLength)), findings);

            // 3. The tree, and the tiles of the nodes that these leaves complete.
            var tree = await AppendAsync(state.Tree, bundle, leaves, findings, cancellation);

            // 4. Nothing is waited for from here on: the state has the whole bundle or nothing of it.
            state.Tree = tree;
            state.Forget(known => known.Size < state.Size && known.Size != target.Size);
        }

        foreach (var finding in findings)
            state.Find(finding.Code, finding.Message, finding.Index);
        for (var i = 0; i < bundle.Entries.Count; i++)
        {
            if (bundle.Entries[i] is { } entry)
                EntryChecks.Check(state, entry, bundle.Tile.First + i);
        }

        return bundle.FromEntries is not null;
    }

    /// <summary>The walk has come to the checkpoint's size: the tree must have its root.</summary>
    internal VerificationState End(VerificationState state)
    {
        var findings = new List<LogFinding>();
        foreach (var signed in state.Checkpoints.Where(known => known.Size == state.Size).ToList())
            Compare(signed, state.Tree, findings);
        foreach (var finding in findings)
            state.Find(finding.Code, finding.Message, finding.Index);

        // One signed root fits and another does not: then it is not the files that are wrong, but what was signed.
        var others = state.Findings.Where(finding => finding.Code == LogFindingCodes.RootMismatch).ToList();
        if (others.Count > 0 && state.Tree.Root().AsSpan().SequenceEqual(target.RootHash))
            state.Find(
                LogFindingCodes.Fork,
                $"the log's key signed two histories: the tree of {target.Size} entries is not the one that was signed at {others[0].Index} entries, only longer.",
                others[0].Index
            );
        return state;
    }

    private static void Compare(Checkpoint signed, CompactRange tree, List<LogFinding> findings)
    {
        var root = tree.Root();
        if (!root.AsSpan().SequenceEqual(signed.RootHash))
            findings.Add(
                new LogFinding(
                    LogFindingCodes.RootMismatch,
                    $"{signed.Size} entries make the root {Convert.ToBase64String(root)}, and {Convert.ToBase64String(signed.RootHash)} was signed.",
                    signed.Size
                )
            );
    }

    private byte[] Leaves(VerificationState state, BundleReading bundle, byte[]? node, List<LogFinding> findings)
    {
        var (entries, tile) = (bundle.FromEntries!, bundle.FromTile);
        if (tile is null || entries.AsSpan().SequenceEqual(tile))
            return entries;

        var path = TilePath.Hashes(0, bundle.Tile.Index, bundle.Tile.Width);
        if (!Fits(tile) && Fits(entries))
        {
            findings.Add(
                new LogFinding(LogFindingCodes.TileAltered, $"{path} has other hashes than the entries and the tree.", bundle.Tile.First)
            );
            return entries;
        }

        for (var i = 0; i < bundle.Tile.Width; i++)
        {
            if (!Leaf(entries, i).SequenceEqual(Leaf(tile, i)))
                findings.Add(
                    new LogFinding(
                        LogFindingCodes.EntryAltered,
                        $"the entry's bytes are not those that {path} has the hash of.",
                        bundle.Tile.First + i
                    )
                );
        }

        return tile;

        bool Fits(byte[] leaves) =>
            bundle.Tile.IsFull
                ? node is not null && MerkleTree.RootOf(leaves).AsSpan().SequenceEqual(node)
                : Extend(state.Tree, leaves).Root().AsSpan().SequenceEqual(target.RootHash);
    }

    private async ValueTask<CompactRange> AppendAsync(
        CompactRange before,
        BundleReading bundle,
        byte[] leaves,
        List<LogFinding> findings,
        CancellationToken cancellation
    )
    {
        if (!bundle.Tile.IsFull)
            return Extend(before, leaves);

        var tree = Extend(before, []);
        var completed = new List<TreeNode>();
        tree.AppendSubtree(TilePath.Height, MerkleTree.RootOf(leaves), completed);
        foreach (var node in completed)
        {
            var said = await nodes.NodeAsync(node.TileLevel, node.Index, findings, cancellation);
            var tile = TilePath.Holding(node.TileLevel, node.Index, target.Size);
            if (said is not null && !said.AsSpan().SequenceEqual(node.Hash))
                findings.Add(
                    new LogFinding(
                        LogFindingCodes.TileAltered,
                        $"{tile}: the hash at {node.Index - tile.First} is not what the entries below it make.",
                        bundle.Tile.First
                    )
                );
        }

        return tree;
    }

    private static CompactRange Extend(CompactRange tree, ReadOnlySpan<byte> leaves)
    {
        var extended = CompactRange.FromBytes(tree.Size, tree.ToBytes());
        for (var i = 0; i * MerkleTree.HashLength < leaves.Length; i++)
            extended.Append(Leaf(leaves, i));
        return extended;
    }

    private static ReadOnlySpan<byte> Leaf(ReadOnlySpan<byte> leaves, int index) =>
        leaves.Slice(index * MerkleTree.HashLength, MerkleTree.HashLength);
}

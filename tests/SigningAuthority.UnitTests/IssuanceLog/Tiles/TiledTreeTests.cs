using FsCheck;
using FsCheck.Fluent;
using SigningAuthority.IssuanceLog.Proofs;
using SigningAuthority.IssuanceLog.Tiles;
using SigningAuthority.IssuanceLog.Tree;
using SigningAuthority.UnitTests.IssuanceLog.Tree;
using Xunit;

namespace SigningAuthority.UnitTests.IssuanceLog.Tiles;

public sealed class TiledTreeTests
{
    // Three levels of tiles, each with full and partial ones.
    private static readonly byte[][] Entries = [.. Enumerable.Range(0, 66_000).Select(i => BitConverter.GetBytes(i))];

    public static TheoryData<int> Sizes => [0, 1, 2, 3, 255, 256, 257, 511, 512, 1000, 65_535, 65_536, 65_537, 66_000];

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task Proofs_from_tiles_are_those_from_all_leaves(int size)
    {
        var tiles = new TilesInMemory(Entries, size);
        Assert.Equal(tiles.Root, await tiles.Tree.RootAsync());
        var random = new Random(size);
        foreach (var at in Enumerable.Range(0, 6).Select(_ => random.Next(size + 1)).Concat([0, size]))
        {
            var frontier = await tiles.Tree.FrontierAsync(at);
            Assert.Equal(at, frontier.Size);
            Assert.Equal(ReferenceTree.RootOf(tiles.LeafHashes.Take(at)), frontier.Root());
            Assert.Equal(ConsistencyProof.Generate(tiles.LeafHashes, at).Path, (await tiles.Tree.ProveConsistencyAsync(at)).Path);
            if (at == size)
                continue;

            var proof = await tiles.Tree.ProveInclusionAsync(at);
            Assert.Equal(InclusionProof.Generate(tiles.LeafHashes, at).Path, proof.Path);
            Assert.True(proof.Verify(tiles.LeafHashes[at], tiles.Root));
        }
    }

    [Fact]
    public async Task A_proof_reads_no_more_than_two_tiles_a_level_and_each_once()
    {
        var tiles = new TilesInMemory(Entries);
        var tree = tiles.Tree;
        await tree.ProveInclusionAsync(12_345);
        Assert.True(tiles.WereRead.Count <= 6, string.Join(' ', tiles.WereRead));
        await tree.ProveInclusionAsync(12_345);
        Assert.Equal(tiles.WereRead.Count, tiles.WereRead.Distinct().Count());
    }

    [Fact]
    public async Task A_range_without_leaves_proves_what_the_first_leaves_were()
    {
        var tiles = new TilesInMemory(Entries, 700);
        var proof = await tiles.Tree.ProveRangeAsync(300, 300);
        Assert.True(proof.Verify([], tiles.Root));
        Assert.Equal((await tiles.Tree.FrontierAsync(300)).Nodes, proof.Left);
    }

    [Fact]
    public void A_range_holds_for_its_leaves_and_for_no_others() =>
        Prop.ForAll(
                (
                    from size in Gen.Choose(1, 700)
                    from a in Gen.Choose(0, size)
                    from b in Gen.Choose(0, size)
                    from bit in Gen.Choose(0, 255)
                    from pick in Gen.Choose(0, 1 << 20)
                    select (size, first: Math.Min(a, b), end: Math.Max(a, b), bit, pick)
                ).ToArbitrary(),
                x =>
                {
                    var tiles = new TilesInMemory(Entries, x.size);
                    var proof = tiles.Tree.ProveRangeAsync(x.first, x.end).AsTask().GetAwaiter().GetResult();
                    var leaves = tiles.LeafHashes.Skip(x.first).Take(x.end - x.first).ToList();
                    var sound = proof.Verify(leaves, tiles.Root);
                    var forged = new List<bool>
                    {
                        proof.Verify(leaves, Hash(tiles.Root, x.bit)),
                        proof.Verify([.. leaves, tiles.Root], tiles.Root),
                        (proof with { From = x.first + 1 }).Verify(leaves, tiles.Root),
                        (proof with { To = x.end - 1 }).Verify(leaves, tiles.Root),
                        (proof with { Left = [.. proof.Left, tiles.Root] }).Verify(leaves, tiles.Root),
                        (proof with { Right = [.. proof.Right, tiles.Root] }).Verify(leaves, tiles.Root),
                    };
                    if (leaves.Count > 0)
                    {
                        var at = x.pick % leaves.Count;
                        forged.Add(proof.Verify(leaves.Where((_, i) => i != at), tiles.Root));
                        forged.Add(proof.Verify(leaves.Select((leaf, i) => i == at ? Hash(leaf, x.bit) : leaf), tiles.Root));
                    }

                    return sound && forged.TrueForAll(verdict => !verdict);
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void What_is_not_a_range_proof_is_false_and_never_an_error()
    {
        var root = ReferenceTree.Root(8);
        Assert.False(new RangeProof(0, 9, 8, [], []).Verify(ReferenceTree.LeafHashes, root));
        Assert.False(new RangeProof(-1, 8, 8, [], []).Verify(ReferenceTree.LeafHashes, root));
        Assert.False(new RangeProof(5, 4, 8, [], []).Verify([], root));
        Assert.False(new RangeProof(0, 8, 8, null!, []).Verify(ReferenceTree.LeafHashes, root));
        Assert.False(new RangeProof(4, 8, 8, [new byte[31]], []).Verify(ReferenceTree.LeafHashes[4..], root));
        Assert.True(new RangeProof(0, 8, 8, [], []).Verify(ReferenceTree.LeafHashes, root));
    }

    [Fact]
    public async Task A_truncated_tile_is_a_format_error_and_a_missing_one_is_named()
    {
        var tiles = new TilesInMemory(Entries, 700);
        var last = TilePath.Hashes(0, 2, 188);
        tiles[last] = tiles[last][..^1];
        await Assert.ThrowsAsync<FormatException>(async () => await tiles.Tree.RootAsync());
        tiles.Remove(last);
        Assert.Equal(last, (await Assert.ThrowsAsync<TileMissingException>(async () => await tiles.Tree.RootAsync())).Tile);
    }

    [Fact]
    public void Appending_completes_the_nodes_that_tiles_hold()
    {
        var (range, completed) = (new CompactRange(), new List<TreeNode>());
        var tiles = new TilesInMemory(Entries);
        foreach (var leaf in tiles.LeafHashes)
            range.Append(leaf, completed);

        Assert.Equal(66_000 / 256 + 1, completed.Count);
        Assert.All(
            completed,
            node =>
            {
                var tile = TilePath.Holding(node.TileLevel, node.Index, tiles.Size);
                Assert.Equal(node.Hash, tiles[tile][((int)(node.Index % 256) * 32)..][..32]);
            }
        );
        Assert.Equal(tiles.Root, range.Root());
    }

    [Theory]
    [InlineData(3, 1)]
    [InlineData(4, 3)]
    public void A_subtree_that_does_not_start_at_a_multiple_of_its_size_is_refused(int size, int height)
    {
        var range = new CompactRange();
        for (var i = 0; i < size; i++)
            range.Append(ReferenceTree.LeafHashes[i]);
        Assert.Throws<ArgumentException>(() => range.AppendSubtree(height, ReferenceTree.Root(8)));
    }

    private static byte[] Hash(byte[] hash, int bit) => Proofs.Altered.Hash(hash, bit);
}

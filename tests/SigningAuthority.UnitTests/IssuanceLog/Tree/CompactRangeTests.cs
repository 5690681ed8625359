using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using SigningAuthority.IssuanceLog.Tree;
using Xunit;

namespace SigningAuthority.UnitTests.IssuanceLog.Tree;

public sealed class CompactRangeTests
{
    public static TheoryData<int> SizesOfTheReferenceTree => [.. Enumerable.Range(0, 9)];

    [Theory]
    [MemberData(nameof(SizesOfTheReferenceTree))]
    public void The_reference_tree_has_its_known_roots(int size) =>
        Assert.Equal(ReferenceTree.Root(size), ReferenceTree.RootOf(ReferenceTree.LeafHashes.Take(size)));

    [Fact]
    public void An_empty_tree_has_the_hash_of_nothing_as_its_root() => Assert.Equal(MerkleTree.EmptyRoot, new CompactRange().Root());

    [Fact]
    public void Every_size_to_200_agrees_with_the_recursive_definition()
    {
        var leaves = ReferenceTree.NumberedLeaves(200);
        var range = new CompactRange();
        foreach (var (index, leaf) in leaves.Index())
        {
            range.Append(leaf);
            Assert.Equal(index + 1, range.Size);
            Assert.Equal(BitOperations.PopCount((uint)range.Size), range.Nodes.Count);
            Assert.Equal(MerkleTreeHash(leaves.AsSpan(0, index + 1)), range.Root());
        }
    }

    [Fact]
    public void A_range_goes_on_from_its_bytes_as_if_never_stored() =>
        Prop.ForAll(
                Gen.Choose(0, 300).Two().ToArbitrary(),
                sizes =>
                {
                    var leaves = ReferenceTree.NumberedLeaves(sizes.Item1 + sizes.Item2);
                    var before = new CompactRange();
                    foreach (var leaf in leaves.Take(sizes.Item1))
                        before.Append(leaf);

                    var after = CompactRange.FromBytes(before.Size, before.ToBytes());
                    foreach (var leaf in leaves.Skip(sizes.Item1))
                        after.Append(leaf);

                    return after.Root().SequenceEqual(ReferenceTree.RootOf(leaves)) && after.Size == leaves.Length;
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Two_leaves_in_another_order_make_another_root() =>
        Prop.ForAll(
                (
                    from size in Gen.Choose(2, 120)
                    from a in Gen.Choose(0, size - 1)
                    from b in Gen.Choose(0, size - 1)
                    select (size, a, b)
                ).ToArbitrary(),
                x =>
                {
                    var leaves = ReferenceTree.NumberedLeaves(x.size);
                    var root = ReferenceTree.RootOf(leaves);
                    (leaves[x.a], leaves[x.b]) = (leaves[x.b], leaves[x.a]);
                    return root.SequenceEqual(ReferenceTree.RootOf(leaves)) == (x.a == x.b);
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void The_root_given_out_is_a_copy()
    {
        var range = new CompactRange();
        range.Append(ReferenceTree.LeafHashes[0]);
        range.Root()[0] ^= 1;
        Assert.Equal(ReferenceTree.Root(1), range.Root());
    }

    [Theory]
    [InlineData(0, 32)]
    [InlineData(3, 32)]
    [InlineData(3, 65)]
    [InlineData(4, 0)]
    public void Bytes_that_do_not_fit_the_size_are_refused(long size, int length) =>
        Assert.Throws<ArgumentException>(() => CompactRange.FromBytes(size, new byte[length]));

    [Fact]
    public void A_leaf_hash_of_another_length_is_refused() =>
        Assert.Throws<ArgumentException>(() => new CompactRange().Append(new byte[20]));

    // RFC 6962 §2.1, word for word: the second opinion on the range's arithmetic.
    private static byte[] MerkleTreeHash(ReadOnlySpan<byte[]> leaves)
    {
        if (leaves.Length == 1)
            return leaves[0];

        var k = 1;
        while (k * 2 < leaves.Length)
            k *= 2;
        return MerkleTree.NodeHash(MerkleTreeHash(leaves[..k]), MerkleTreeHash(leaves[k..]));
    }
}

using FsCheck;
using FsCheck.Fluent;
using SigningAuthority.IssuanceLog.Proofs;
using SigningAuthority.IssuanceLog.Tree;
using SigningAuthority.UnitTests.IssuanceLog.Tree;
using Xunit;

namespace SigningAuthority.UnitTests.IssuanceLog.Proofs;

public sealed class ConsistencyProofTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(0, 8)]
    [InlineData(
        1,
        8,
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
    )]
    [InlineData(
        6,
        8,
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"
    )]
    [InlineData(
        2,
        5,
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
    )]
    public void The_reference_tree_has_its_known_proofs(int first, int second, params string[] path)
    {
        var proof = ConsistencyProof.Generate(ReferenceTree.LeafHashes[..second], first);
        Assert.Equal(path, proof.Path.Select(Convert.ToHexStringLower));
        Assert.True(proof.Verify(ReferenceTree.Root(first), ReferenceTree.Root(second)));
    }

    [Fact]
    public void Every_pair_of_sizes_to_200_is_consistent()
    {
        var leaves = ReferenceTree.NumberedLeaves(200);
        var roots = Enumerable.Range(0, 201).Select(size => ReferenceTree.RootOf(leaves.Take(size))).ToArray();
        for (var second = 0; second <= leaves.Length; second++)
        {
            for (var first = 0; first <= second; first++)
            {
                var proof = ConsistencyProof.Generate(leaves[..second], first);
                Assert.True(proof.Verify(roots[first], roots[second]), $"{first} to {second}");
            }
        }
    }

    [Fact]
    public void A_rewritten_past_is_found_out() =>
        Prop.ForAll(
                Cases,
                x =>
                {
                    var leaves = ReferenceTree.NumberedLeaves(x.Second);
                    var firstRoot = ReferenceTree.RootOf(leaves.Take(x.First));
                    leaves[x.Index] = Altered.Hash(leaves[x.Index], x.Bit);
                    var forged = ConsistencyProof.Generate(leaves, x.First);
                    return !forged.Verify(firstRoot, ReferenceTree.RootOf(leaves));
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void A_proof_holds_for_no_other_roots_sizes_or_path() =>
        Prop.ForAll(
                Cases,
                x =>
                {
                    var leaves = ReferenceTree.NumberedLeaves(x.Second);
                    var (first, second) = (ReferenceTree.RootOf(leaves.Take(x.First)), ReferenceTree.RootOf(leaves));
                    var proof = ConsistencyProof.Generate(leaves, x.First);
                    return !proof.Verify(Altered.Hash(first, x.Bit), second)
                        && !proof.Verify(first, Altered.Hash(second, x.Bit))
                        && !proof.Verify(second, first)
                        && !(proof with { FirstSize = x.Second + 1L }).Verify(first, second)
                        && !(proof with { FirstSize = -1 }).Verify(first, second)
                        && !(proof with { FirstSize = 0 }).Verify(first, second)
                        && !(proof with { Path = [.. proof.Path, second] }).Verify(first, second)
                        && !(proof with { Path = [second, .. proof.Path] }).Verify(first, second)
                        && Altered.Paths(proof.Path, x.Bit).All(path => !(proof with { Path = path }).Verify(first, second));
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void What_is_not_a_proof_at_all_is_false_and_never_an_error()
    {
        var (first, second) = (ReferenceTree.Root(3), ReferenceTree.Root(8));
        Assert.False(new ConsistencyProof(3, 8, []).Verify(first, second));
        Assert.False(new ConsistencyProof(3, 8, null!).Verify(first, second));
        Assert.False(new ConsistencyProof(3, 8, [new byte[1]]).Verify(first, second));
        Assert.False(new ConsistencyProof(3, 8, [.. Enumerable.Repeat(first, 1000)]).Verify(first, second));
        Assert.False(new ConsistencyProof(0, 8, []).Verify(first, second));
        Assert.False(new ConsistencyProof(0, 8, [first]).Verify(MerkleTree.EmptyRoot, second));
        Assert.False(new ConsistencyProof(8, 8, []).Verify([], []));
    }

    [Fact]
    public void A_larger_earlier_tree_can_not_be_proven() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ConsistencyProof.Generate(ReferenceTree.LeafHashes, 9));

    private static Arbitrary<(int First, int Second, int Index, int Bit)> Cases =>
        (
            from second in Gen.Choose(2, 200)
            from first in Gen.Choose(1, second - 1)
            from index in Gen.Choose(0, first - 1)
            from bit in Gen.Choose(0, 255)
            select (first, second, index, bit)
        ).ToArbitrary();
}

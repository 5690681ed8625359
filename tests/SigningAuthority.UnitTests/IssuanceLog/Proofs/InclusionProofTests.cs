using FsCheck;
using FsCheck.Fluent;
using SigningAuthority.IssuanceLog.Proofs;
using SigningAuthority.UnitTests.IssuanceLog.Tree;
using Xunit;

namespace SigningAuthority.UnitTests.IssuanceLog.Proofs;

public sealed class InclusionProofTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(
        0,
        8,
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
    )]
    [InlineData(
        5,
        8,
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"
    )]
    [InlineData(2, 3, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125")]
    [InlineData(
        1,
        5,
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
    )]
    public void The_reference_tree_has_its_known_paths(int index, int size, params string[] path)
    {
        var proof = InclusionProof.Generate(ReferenceTree.LeafHashes[..size], index);
        Assert.Equal(path, proof.Path.Select(Convert.ToHexStringLower));
        Assert.True(proof.Verify(ReferenceTree.LeafHashes[index], ReferenceTree.Root(size)));
    }

    [Fact]
    public void Every_leaf_of_every_tree_to_200_is_proven()
    {
        var leaves = ReferenceTree.NumberedLeaves(200);
        for (var size = 1; size <= leaves.Length; size++)
        {
            var root = ReferenceTree.RootOf(leaves.Take(size));
            for (var index = 0; index < size; index++)
                Assert.True(InclusionProof.Generate(leaves[..size], index).Verify(leaves[index], root), $"leaf {index} of {size}");
        }
    }

    [Fact]
    public void A_proof_holds_for_no_other_leaf_place_size_root_or_path() =>
        Prop.ForAll(
                Cases,
                x =>
                {
                    var leaves = ReferenceTree.NumberedLeaves(x.Size);
                    var root = ReferenceTree.RootOf(leaves);
                    var proof = InclusionProof.Generate(leaves, x.Index);
                    var other = (x.Index + 1) % x.Size;
                    return !proof.Verify(leaves[other], root)
                        && !proof.Verify(leaves[x.Index], Altered.Hash(root, x.Bit))
                        && !(proof with { LeafIndex = other }).Verify(leaves[x.Index], root)
                        && !(proof with { LeafIndex = -1 }).Verify(leaves[x.Index], root)
                        && !(proof with { LeafIndex = x.Size }).Verify(leaves[x.Index], root)
                        && !(proof with { Path = [.. proof.Path, root] }).Verify(leaves[x.Index], root)
                        && !(proof with { Path = [root, .. proof.Path] }).Verify(leaves[x.Index], root)
                        && Altered.Paths(proof.Path, x.Bit).All(path => !(proof with { Path = path }).Verify(leaves[x.Index], root));
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void An_altered_entry_is_not_in_the_tree() =>
        Prop.ForAll(
                Cases,
                x =>
                {
                    var leaves = ReferenceTree.NumberedLeaves(x.Size);
                    var root = ReferenceTree.RootOf(leaves);
                    leaves[x.Index] = Altered.Hash(leaves[x.Index], x.Bit);
                    return !InclusionProof.Generate(leaves, x.Index).Verify(leaves[x.Index], root);
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void What_is_not_a_proof_at_all_is_false_and_never_an_error()
    {
        var (leaf, root) = (ReferenceTree.LeafHashes[0], ReferenceTree.Root(8));
        Assert.False(new InclusionProof(0, 0, []).Verify(leaf, root));
        Assert.False(new InclusionProof(0, 8, null!).Verify(leaf, root));
        Assert.False(new InclusionProof(0, 8, [new byte[31], leaf, leaf]).Verify(leaf, root));
        Assert.False(new InclusionProof(0, 8, [null!, leaf, leaf]).Verify(leaf, root));
        Assert.False(new InclusionProof(0, long.MaxValue, [.. Enumerable.Repeat(leaf, 63)]).Verify(leaf, root));
        Assert.False(new InclusionProof(0, 8, [.. Enumerable.Repeat(leaf, 1000)]).Verify(leaf, root));
        Assert.False(new InclusionProof(0, 1, []).Verify(leaf.AsSpan(0, 16), leaf.AsSpan(0, 16)));
    }

    [Fact]
    public void A_leaf_outside_the_tree_can_not_be_proven() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => InclusionProof.Generate(ReferenceTree.LeafHashes, 8));

    private static Arbitrary<(int Size, int Index, int Bit)> Cases =>
        (
            from size in Gen.Choose(2, 200)
            from index in Gen.Choose(0, size - 1)
            from bit in Gen.Choose(0, 255)
            select (size, index, bit)
        ).ToArbitrary();
}

using SigningAuthority.IssuanceLog.Tree;
using Xunit;

namespace SigningAuthority.UnitTests.IssuanceLog.Tree;

public sealed class MerkleTreeTests
{
    [Theory]
    [InlineData(0, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")]
    [InlineData(1, "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7")]
    [InlineData(4, "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b")]
    [InlineData(7, "46f6ffadd3d06a09ff3c5860d2755c8b9819db7df44251788c7d8e3180de8eb1")]
    public void A_leaf_has_its_known_hash(int index, string hash) =>
        Assert.Equal(Convert.FromHexString(hash), ReferenceTree.LeafHashes[index]);

    [Fact]
    public void A_node_has_its_known_hash() =>
        Assert.Equal(ReferenceTree.Root(2), MerkleTree.NodeHash(ReferenceTree.LeafHashes[0], ReferenceTree.LeafHashes[1]));

    [Fact]
    public void An_entry_that_looks_like_a_node_has_another_hash()
    {
        byte[] entry = [.. ReferenceTree.LeafHashes[0], .. ReferenceTree.LeafHashes[1]];
        Assert.NotEqual(ReferenceTree.Root(2), MerkleTree.LeafHash(entry));
    }

    [Theory]
    [InlineData(1022)]
    [InlineData(1023)]
    [InlineData(1024)]
    [InlineData(65_535)]
    public void A_long_entry_is_hashed_whole(int length)
    {
        var entry = new byte[length];
        var hash = MerkleTree.LeafHash(entry);
        Assert.Equal(System.Security.Cryptography.SHA256.HashData([0, .. entry]), hash);
        entry[^1] = 1;
        Assert.NotEqual(hash, MerkleTree.LeafHash(entry));
    }
}

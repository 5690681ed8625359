using SigningAuthority.IssuanceLog.Tree;

namespace SigningAuthority.IssuanceLog.Proofs;

/// <summary>One verification of a <see cref="RangeProof"/>. Not thread-safe.</summary>
public sealed class RangeVerifier
{
    private readonly RangeProof _proof;
    private readonly CompactRange? _tree;

    internal RangeVerifier(RangeProof proof)
    {
        _proof = proof;
        if (proof.IsWellFormed())
            _tree = CompactRange.FromBytes(proof.From, proof.Left.SelectMany(hash => hash).ToArray());
    }

    /// <summary>The leaves taken so far.</summary>
    public long Count { get; private set; }

    /// <summary>The next leaf.</summary>
    public void Append(ReadOnlySpan<byte> leafHash)
    {
        MerkleTree.RequireHash(leafHash);
        if (++Count <= _proof.To - _proof.From)
            _tree?.Append(leafHash);
    }

    /// <summary>True if the leaves taken are all that stand in the range. Anything that does not fit is false. Ends the verification.</summary>
    public bool Verify(ReadOnlySpan<byte> rootHash)
    {
        if (_tree is null || Count != _proof.To - _proof.From || _tree.Size != _proof.To)
            return false;

        foreach (var (subtree, hash) in LeafRange.Perfect(_proof.To, _proof.TreeSize).Zip(_proof.Right))
            _tree.AppendSubtree(subtree.Height, hash);
        return rootHash.SequenceEqual(_tree.Root());
    }
}

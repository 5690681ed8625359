using SigningAuthority.IssuanceLog.Tree;

namespace SigningAuthority.IssuanceLog.Proofs;

/// <summary>What any proof's list of hashes must be before it is worth a computation.</summary>
internal static class ProofPath
{
    // A 63-bit tree is 63 levels high; a consistency proof may start with one node more.
    private const int MaxLength = 64;

    internal static bool IsWellFormed(IReadOnlyList<byte[]>? path) =>
        path is not null && path.Count <= MaxLength && path.All(hash => hash is { Length: MerkleTree.HashLength });
}

using System.Globalization;

namespace SigningAuthority.IssuanceLog.Tree;

/// <summary>
/// What the log commits itself to at one size (C2SP tlog-checkpoint): origin, tree size, root hash, each on its line.
/// Extension lines are not written, and a text with any is refused: nobody could audit them.
/// </summary>
public sealed class Checkpoint
{
    private static readonly string EmptyRootText = Convert.ToBase64String(MerkleTree.EmptyRoot);

    /// <exception cref="ArgumentException">The origin can't be a key's name, the size is negative, or the hash is not one.</exception>
    public Checkpoint(string origin, long size, ReadOnlySpan<byte> rootHash)
    {
        if (!NoteKey.IsName(origin))
            throw new ArgumentException("An origin is a name without white space and plus signs.", nameof(origin));

        ArgumentOutOfRangeException.ThrowIfNegative(size);
        MerkleTree.RequireHash(rootHash);
        Origin = origin;
        Size = size;
        RootHash = rootHash.ToArray();
    }

    /// <summary>The log's name, the same as its key's: "log.example.com/issuance".</summary>
    public string Origin { get; }

    /// <summary>Leaves in the tree.</summary>
    public long Size { get; }

    public byte[] RootHash { get; }

    /// <summary>The text to be signed; it ends in a newline.</summary>
    public string Body() => string.Create(CultureInfo.InvariantCulture, $"{Origin}\n{Size}\n{Convert.ToBase64String(RootHash)}\n");

    /// <exception cref="FormatException">The text is not exactly what <see cref="Body"/> writes.</exception>
    public static Checkpoint Parse(string body)
    {
        ArgumentNullException.ThrowIfNull(body);
        var hash = new byte[MerkleTree.HashLength];
        if (
            body.Split('\n') is not [var origin, var sizeText, var hashText, ""]
            || !NoteKey.IsName(origin)
            || !long.TryParse(sizeText, NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            || !Convert.TryFromBase64String(hashText, hash, out var length)
            || length != hash.Length
        )
        {
            throw new FormatException("The text is not a checkpoint: origin, tree size and root hash, each on its line.");
        }

        var checkpoint = new Checkpoint(origin, size, hash);
        if (checkpoint.Body() != body || (size == 0 && hashText != EmptyRootText))
            throw new FormatException("The text is not a checkpoint in its one spelling.");

        return checkpoint;
    }
}

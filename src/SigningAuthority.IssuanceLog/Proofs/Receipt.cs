using System.Globalization;
using System.Text;
using SigningAuthority.IssuanceLog.Tree;

namespace SigningAuthority.IssuanceLog.Proofs;

/// <summary>
/// An entry with all that proves, offline and for good, that it stands in the log: a file of C2SP tlog-proof with the entry's
/// bytes as its extra data. Parsing proves nothing; <see cref="Check"/> does.
/// </summary>
/// <param name="Entry">The stored bytes.</param>
/// <param name="Inclusion">Of the size that the checkpoint has.</param>
/// <param name="Checkpoint">With the log's signature and, where there are any, its witnesses'.</param>
public sealed record Receipt(byte[] Entry, InclusionProof Inclusion, SignedNote Checkpoint)
{
    /// <summary>What such files are called: "provserver.tlog-proof".</summary>
    public const string FileExtension = ".tlog-proof";

    private const string Header = "c2sp.org/tlog-proof@v1";
    private const string ExtraMark = "extra ";
    private const string IndexMark = "index ";

    // An entry of 65,535 octets in base64, 63 hashes, and a note of the size that notes may have.
    private const int MaxLength = 1 << 18;

    public string Format()
    {
        var text = new StringBuilder().Append(Header).Append('\n');
        text.Append(ExtraMark).Append(Convert.ToBase64String(Entry)).Append('\n');
        text.Append(IndexMark).Append(Inclusion.LeafIndex.ToString(CultureInfo.InvariantCulture)).Append('\n');
        foreach (var hash in Inclusion.Path)
            text.Append(Convert.ToBase64String(hash)).Append('\n');
        return text.Append('\n').Append(Checkpoint).ToString();
    }

    /// <exception cref="FormatException">The bytes are not such a file in its one spelling, or it has no entry.</exception>
    public static Receipt Parse(ReadOnlySpan<byte> text)
    {
        if (text.Length > MaxLength)
            throw new FormatException("The proof is too long.");

        // What is before the first empty line is ASCII, and so has none; the note's own empty line comes later.
        var end = text.IndexOf("\n\n"u8);
        var lines = end < 0 ? [] : Encoding.Latin1.GetString(text[..end]).Split('\n');
        if (lines is not [Header, var extra, var index, .. var path] || !extra.StartsWith(ExtraMark) || !index.StartsWith(IndexMark))
            throw new FormatException("A receipt begins with its version, the entry and the entry's index, each on its line.");

        if (!long.TryParse(index[IndexMark.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var leaf))
            throw new FormatException("The receipt's index is not a number.");

        var note = SignedNote.Parse(text[(end + 2)..]);
        var size = Tree.Checkpoint.Parse(note.Text).Size;
        var proof = new InclusionProof(leaf, size, [.. path.Select(Convert.FromBase64String)]);
        var receipt = new Receipt(Convert.FromBase64String(extra[ExtraMark.Length..]), proof, note);
        return Encoding.UTF8.GetBytes(receipt.Format()).AsSpan().SequenceEqual(text)
            ? receipt
            : throw new FormatException("The receipt is not in its one spelling.");
    }

    /// <summary>Whether the log with this key has the entry.</summary>
    public bool Verify(NoteKey key) => Check(key) == ReceiptVerdict.Proven;

    /// <param name="key">The log's, known from elsewhere; its name is the log's origin.</param>
    public ReceiptVerdict Check(NoteKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        try
        {
            var head = Tree.Checkpoint.Parse(Checkpoint.Text);
            if (head.Origin != key.Name || !Checkpoint.IsSignedBy(key))
                return ReceiptVerdict.AnotherKey;

            return Inclusion.TreeSize == head.Size && Inclusion.Verify(MerkleTree.LeafHash(Entry), head.RootHash)
                ? ReceiptVerdict.Proven
                : ReceiptVerdict.NotIncluded;
        }
        catch (FormatException)
        {
            return ReceiptVerdict.AnotherKey;
        }
    }
}

/// <summary>What a receipt came to.</summary>
public enum ReceiptVerdict
{
    /// <summary>The log has signed a tree with this entry in this place.</summary>
    Proven,

    /// <summary>The checkpoint is not this log's, or not signed with this key.</summary>
    AnotherKey,

    /// <summary>The signed tree does not have this entry in this place: it was altered, or the proof was.</summary>
    NotIncluded,
}

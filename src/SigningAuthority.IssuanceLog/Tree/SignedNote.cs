using System.Buffers.Binary;
using System.Text;

namespace SigningAuthority.IssuanceLog.Tree;

/// <summary>One signature line of a note.</summary>
/// <param name="KeyName">Who says to have signed.</param>
/// <param name="KeyId">Which key of that name.</param>
/// <param name="Signature">As the key's type defines it; for ECDSA a DER SEQUENCE of r and s.</param>
public sealed record NoteSignature(string KeyName, uint KeyId, byte[] Signature);

/// <summary>
/// A text with signatures below it (C2SP signed-note). Parsing proves nothing: the text counts only once
/// <see cref="IsSignedBy"/> has said so for a key that was trusted before.
/// </summary>
public sealed class SignedNote
{
    private const string SignatureMark = "— ";

    // The specification wants room for 16 signatures of post-quantum size; a checkpoint needs some 200 octets.
    private const int MaxLength = 1 << 17;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private SignedNote(string text, IReadOnlyList<NoteSignature> signatures)
    {
        Text = text;
        Signatures = signatures;
    }

    /// <summary>The signed text, with its last newline.</summary>
    public string Text { get; }

    public IReadOnlyList<NoteSignature> Signatures { get; }

    /// <param name="body">The text that was signed; it ends in a newline.</param>
    /// <param name="signatures">At least one, in the order of their lines: by custom the log's own first.</param>
    /// <returns>The whole note.</returns>
    /// <exception cref="ArgumentException">The body is not such a text, or there is no signature.</exception>
    public static string Format(string body, params IReadOnlyList<NoteSignature> signatures)
    {
        ArgumentNullException.ThrowIfNull(signatures);
        if (!IsText(body) || signatures.Count == 0)
            throw new ArgumentException("A note is a text that ends in a newline, with a signature or more.", nameof(body));

        return $"{body}\n{string.Concat(signatures.Select(FormatSignature))}";
    }

    /// <param name="body">The text that was signed; it ends in a newline.</param>
    /// <param name="keyName">Without white space and plus signs.</param>
    /// <param name="keyId">See <see cref="NoteKey.Id"/>.</param>
    /// <param name="signature">ECDSA with SHA-256 over the body's UTF-8, DER.</param>
    /// <returns>The whole note.</returns>
    public static string Format(string body, string keyName, uint keyId, ReadOnlySpan<byte> signature) =>
        Format(body, new NoteSignature(keyName, keyId, signature.ToArray()));

    /// <exception cref="FormatException">The bytes are not a note.</exception>
    public static SignedNote Parse(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return utf8.Length <= MaxLength ? Parse(StrictUtf8.GetString(utf8)) : throw new FormatException("The note is too long.");
        }
        catch (DecoderFallbackException e)
        {
            throw new FormatException("The note is not UTF-8.", e);
        }
    }

    /// <inheritdoc cref="Parse(ReadOnlySpan{byte})"/>
    public static SignedNote Parse(string note)
    {
        ArgumentNullException.ThrowIfNull(note);

        // The text may have empty lines of its own: the last one parts it from the signatures.
        var end = note.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (note.Length > MaxLength || end < 0 || note[^1] != '\n' || !IsText(note[..(end + 1)]))
            throw new FormatException("A note is a text, an empty line and signature lines, each ending in a newline.");

        var lines = note[(end + 2)..].Split('\n');
        if (lines.Length < 2)
            throw new FormatException("The note has no signature.");

        return new SignedNote(note[..(end + 1)], [.. lines[..^1].Select(ParseSignature)]);
    }

    /// <summary>
    /// A signature of this key is there and right. One that names the key and is wrong spoils the note, whatever stands
    /// beside it; lines of other keys are ignored (signed-note, "Signatures").
    /// </summary>
    public bool IsSignedBy(NoteKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var own = Signatures.Where(s => s.KeyName == key.Name && s.KeyId == key.Id).ToList();
        return own.Count > 0 && own.TrueForAll(s => key.Verify(Text, s.Signature));
    }

    /// <summary>
    /// The note with one signature line more, such as a witness's below the log's. A line of the same key is replaced: two of
    /// them would say no more than one.
    /// </summary>
    public SignedNote With(NoteSignature signature)
    {
        ArgumentNullException.ThrowIfNull(signature);
        var others = Signatures.Where(s => s.KeyName != signature.KeyName || s.KeyId != signature.KeyId);
        return Parse(Format(Text, [.. others, signature]));
    }

    /// <summary>The whole note, as it was parsed.</summary>
    public override string ToString() => Format(Text, Signatures);

    private static string FormatSignature(NoteSignature signature)
    {
        if (!NoteKey.IsName(signature.KeyName) || signature.Signature is not { Length: > 0 })
            throw new ArgumentException("A note is signed under a name without white space and plus signs.", nameof(signature));

        var blob = new byte[sizeof(uint) + signature.Signature.Length];
        BinaryPrimitives.WriteUInt32BigEndian(blob, signature.KeyId);
        signature.Signature.CopyTo(blob.AsSpan(sizeof(uint)));
        return $"{SignatureMark}{signature.KeyName} {Convert.ToBase64String(blob)}\n";
    }

    private static bool IsText(string? text) => !string.IsNullOrEmpty(text) && text[^1] == '\n' && !text.Any(c => c < ' ' && c != '\n');

    private static NoteSignature ParseSignature(string line)
    {
        if (
            line.StartsWith(SignatureMark, StringComparison.Ordinal)
            && line[SignatureMark.Length..].Split(' ') is [var name, var encoded]
            && NoteKey.IsName(name)
        )
        {
            var blob = Convert.FromBase64String(encoded);
            if (blob.Length > sizeof(uint) && Convert.ToBase64String(blob) == encoded)
                return new NoteSignature(name, BinaryPrimitives.ReadUInt32BigEndian(blob), blob[sizeof(uint)..]);
        }

        throw new FormatException("A signature line is an em dash, a key's name and base64.");
    }
}

using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace SigningAuthority.IssuanceLog.Tree;

/// <summary>
/// The public key that a note is verified with: ECDSA P-256 with SHA-256, type 0x02 of C2SP signed-note. Its id is the
/// first four octets of the SHA-256 of the DER SubjectPublicKeyInfo, as that type wants it.
/// </summary>
public sealed class NoteKey
{
    private const byte EcdsaType = 0x02;
    private const string P256 = "1.2.840.10045.3.1.7";

    /// <exception cref="ArgumentException">The name has white space or a plus sign, or the key is not on P-256.</exception>
    public NoteKey(string name, ReadOnlySpan<byte> subjectPublicKeyInfo)
    {
        if (!IsName(name))
            throw new ArgumentException("A key's name is not empty and has neither white space nor plus signs.", nameof(name));

        Name = name;
        SubjectPublicKeyInfo = subjectPublicKeyInfo.ToArray();
        using var key = Import(SubjectPublicKeyInfo);
        Id = BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(SubjectPublicKeyInfo));
    }

    /// <summary>By custom the log's origin.</summary>
    public string Name { get; }

    /// <summary>A hint which key signed, not a strong hash.</summary>
    public uint Id { get; }

    /// <summary>DER.</summary>
    public byte[] SubjectPublicKeyInfo { get; }

    /// <summary>The key on one line, "name+id+key", as other tools for such logs take it.</summary>
    public string ToVerifierKey() =>
        string.Create(CultureInfo.InvariantCulture, $"{Name}+{Id:x8}+{Convert.ToBase64String([EcdsaType, .. SubjectPublicKeyInfo])}");

    /// <exception cref="FormatException">The text is not a verifier key of this type, or its id is another key's.</exception>
    public static NoteKey ParseVerifierKey(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        try
        {
            // The base64 alphabet has a plus sign too, hence at most three parts.
            if (text.Split('+', 3) is [var name, _, var encoded] && Convert.FromBase64String(encoded) is [EcdsaType, .. var der])
            {
                var key = new NoteKey(name, der);
                if (key.ToVerifierKey() == text)
                    return key;
            }
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            throw new FormatException("The text is not a verifier key: " + e.Message, e);
        }

        throw new FormatException("The text is not an ECDSA verifier key: name, id and key, joined by plus signs.");
    }

    /// <summary>False for a wrong signature and for one that is not DER; never throws for what the signature holds.</summary>
    public bool Verify(string text, ReadOnlySpan<byte> signature) => Verify(Encoding.UTF8.GetBytes(text), signature);

    /// <inheritdoc cref="Verify(string,ReadOnlySpan{byte})"/>
    public bool Verify(ReadOnlySpan<byte> octets, ReadOnlySpan<byte> signature)
    {
        using var key = Import(SubjectPublicKeyInfo);
        return key.VerifyData(octets, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    internal static bool IsName(string? name) =>
        !string.IsNullOrEmpty(name) && !name.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || char.IsSurrogate(c) || c == '+');

    private static ECDsa Import(ReadOnlySpan<byte> subjectPublicKeyInfo)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportSubjectPublicKeyInfo(subjectPublicKeyInfo, out var read);
            if (read == subjectPublicKeyInfo.Length && key.ExportParameters(includePrivateParameters: false).Curve.Oid.Value == P256)
                return key;
        }
        catch (CryptographicException e)
        {
            key.Dispose();
            throw new ArgumentException("The key is not an elliptic-curve SubjectPublicKeyInfo.", nameof(subjectPublicKeyInfo), e);
        }

        key.Dispose();
        throw new ArgumentException("The key is not on curve P-256.", nameof(subjectPublicKeyInfo));
    }
}

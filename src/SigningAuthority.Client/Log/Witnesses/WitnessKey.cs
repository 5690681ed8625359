using System.Security.Cryptography;
using System.Text;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.IssuanceLog.Tree;

namespace SigningAuthority.Client.Log.Witnesses;

/// <summary>
/// A witness's key pair. In its file a line with the name stands before the PEM, where RFC 7468 §2 has room for such lines.
/// </summary>
internal sealed class WitnessKey : IDisposable
{
    private const string NameMark = "Name: ";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly ECDsa _key;

    private WitnessKey(string name, ECDsa key)
    {
        _key = key;
        Public = new NoteKey(name, key.ExportSubjectPublicKeyInfo());
    }

    public NoteKey Public { get; }

    /// <summary>The note with this witness's line below the others (C2SP signed-note; ECDSA has no cosignature type of its own).</summary>
    public SignedNote Cosign(SignedNote note) =>
        note.With(
            new NoteSignature(
                Public.Name,
                Public.Id,
                _key.SignData(Encoding.UTF8.GetBytes(note.Text), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)
            )
        );

    public void Dispose() => _key.Dispose();

    /// <exception cref="InvalidInputException">There is a file already, or the name is none.</exception>
    public static NoteKey Make(string name, string privateFile, string publicFile)
    {
        if (Array.Find([privateFile, publicFile], File.Exists) is { } existing)
            throw new InvalidInputException($"{existing} is there already; nothing was changed.");
        using var key = Own(name, ECDsa.Create(ECCurve.NamedCurves.nistP256));

        // The mode is set as the file is made: at no moment can others read it.
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = OperatingSystem.IsWindows() ? null : OwnerOnly,
        };
        using (var writer = new StreamWriter(privateFile, options))
            writer.Write($"{NameMark}{name}\n{key._key.ExportPkcs8PrivateKeyPem()}\n");
        File.WriteAllText(publicFile, key.Public.ToVerifierKey() + "\n");
        return key.Public;
    }

    /// <exception cref="InvalidInputException">The file is missing, or holds no private key on P-256 with its name.</exception>
    public static WitnessKey Read(string path)
    {
        if (!File.Exists(path))
            throw new InvalidInputException($"{path}: no such file. signctl log key make makes one.");
        var text = File.ReadAllText(path);
        var name =
            text.Split('\n').FirstOrDefault(line => line.StartsWith(NameMark, StringComparison.Ordinal))?[NameMark.Length..].Trim()
            ?? throw new InvalidInputException($"{path} has no line 'Name: …' before its key: what would the witness sign as?");
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(text);
        }
        catch (Exception wrong) when (wrong is CryptographicException or ArgumentException)
        {
            key.Dispose();
            throw new InvalidInputException($"{path} can't be used as a witness's key: {wrong.Message}");
        }

        return Own(name, key);
    }

    private static WitnessKey Own(string name, ECDsa key)
    {
        try
        {
            return new WitnessKey(name, key);
        }
        catch (ArgumentException wrong)
        {
            key.Dispose();
            throw new InvalidInputException($"'{name}' with this key can't sign notes: {wrong.Message}");
        }
    }
}

using System.Security.Cryptography;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.IssuanceLog.Tree;

namespace SigningAuthority.Client.Log;

/// <summary>A public key of a log or a witness on disk: a verifier key (C2SP signed-note) or PEM.</summary>
internal static class NoteKeyFile
{
    /// <param name="path">Whichever of the two it holds.</param>
    /// <param name="name">What the key signs as; needed for PEM, and compared where the file says it itself.</param>
    /// <exception cref="InvalidInputException">It holds neither, or another name.</exception>
    public static NoteKey Read(string path, string? name)
    {
        if (!File.Exists(path))
            throw new InvalidInputException($"{path}: no such file.");
        var text = File.ReadAllText(path);
        try
        {
            var key = text.Contains("-----BEGIN ", StringComparison.Ordinal)
                ? FromPem(path, text, name)
                : NoteKey.ParseVerifierKey(text.Trim());
            return name is null || key.Name == name
                ? key
                : throw new InvalidInputException($"{path} is the key of {PlainText.Of(key.Name)}, not of {name}.");
        }
        catch (Exception wrong) when (wrong is FormatException or ArgumentException or CryptographicException)
        {
            throw new InvalidInputException($"{path} holds no public key of a log: {wrong.Message}");
        }
    }

    private static NoteKey FromPem(string path, string pem, string? name)
    {
        if (name is null)
            throw new InvalidInputException($"{path} is PEM, which does not say whose key it is: give the log's name with --origin.");
        if (pem.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
            throw new InvalidInputException($"{path} holds a private key; verifying needs the public one.");
        using var key = ECDsa.Create();
        key.ImportFromPem(pem);
        return new NoteKey(name, key.ExportSubjectPublicKeyInfo());
    }
}

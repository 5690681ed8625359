using System.Security.Cryptography;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Issuance.Approvals;

namespace SigningAuthority.Client.Officers;

/// <summary>An officer's private key on disk: PEM, PKCS#8, encrypted where the officer wants it so.</summary>
internal static class OfficerKeyFile
{
    public const string PassphraseVariable = "SA_OFFICER_KEY_PASSPHRASE";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // OWASP's advice for PBKDF2 with SHA-256 (Password Storage Cheat Sheet, 2023).
    private const int Iterations = 600_000;

    /// <summary>Makes a pair. Files that are there are left alone: a lost key is a new registration, an overwritten one a mishap.</summary>
    /// <returns>SHA-256 of the public key, as the operator's command prints it.</returns>
    /// <exception cref="InvalidInputException">A file is there already.</exception>
    public static string Make(string privateFile, string publicFile)
    {
        if (Array.Find([privateFile, publicFile], File.Exists) is { } existing)
            throw new InvalidInputException($"{existing} is there already; nothing was changed.");

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var pem = Passphrase() is { } passphrase
            ? key.ExportEncryptedPkcs8PrivateKeyPem(
                passphrase,
                new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, Iterations)
            )
            : key.ExportPkcs8PrivateKeyPem();
        // The mode is set as the file is made: at no moment can others read it.
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = OperatingSystem.IsWindows() ? null : OwnerOnly,
        };
        using (var writer = new StreamWriter(privateFile, options))
            writer.WriteLine(pem);
        File.WriteAllText(publicFile, key.ExportSubjectPublicKeyInfoPem() + "\n");
        return Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));
    }

    /// <summary>Signs a statement, as it encodes itself: ECDSA with SHA-256, DER.</summary>
    /// <exception cref="InvalidInputException">The file is no key that an officer can have, or its passphrase is wrong.</exception>
    public static byte[] Sign(string file, byte[] statement)
    {
        if (!File.Exists(file))
            throw new InvalidInputException($"{file}: no such file.");
        using var key = ECDsa.Create();
        try
        {
            var pem = File.ReadAllText(file);
            if (pem.Contains("ENCRYPTED PRIVATE KEY-----", StringComparison.Ordinal))
                key.ImportFromEncryptedPem(
                    pem,
                    Passphrase() ?? throw new InvalidInputException($"{file} is encrypted: set {PassphraseVariable}.")
                );
            else
                key.ImportFromPem(pem);
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException)
        {
            throw new InvalidInputException($"{file} can't be used as an ECDSA key: {failure.Message}");
        }

        if (!OfficerKey.TryRead(key.ExportSubjectPublicKeyInfo(), out _))
            throw new InvalidInputException($"{file} is no key on P-256: signctl officer keygen makes one.");
        return key.SignData(statement, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    private static string? Passphrase() => Environment.GetEnvironmentVariable(PassphraseVariable) is { Length: > 0 } text ? text : null;
}

using System.Security.Cryptography;
using System.Text;
using SigningAuthority.Issuance.Keys;

namespace SigningAuthority.Signer.Keys;

/// <summary>
/// Keys as files, one encrypted PKCS#8 PEM each (PBES2: PBKDF2-HMAC-SHA256, AES-256-CBC; RFC 8018 §6.2). For development
/// and for air-gapped machines whose disk is locked away: while a key is open it lies in this process's memory, which no
/// token would allow. <c>openssl pkey -in LABEL.key.pem</c> reads them.
/// </summary>
internal sealed class FileKeyStore(string folder, string passphraseFile) : IKeyStore
{
    // OWASP's floor for PBKDF2-HMAC-SHA256; about 0.2 s each time a key is opened.
    private const int Iterations = 600_000;
    private const int MinPassphraseLength = 12;
    private static readonly PbeParameters Encryption = new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, Iterations);

    public string Describe() => $"encrypted files in {folder} (for development and air-gapped use; no hardware protects these keys)";

    public void Probe()
    {
        if (!Directory.Exists(folder))
            throw new KeyStoreException($"The key folder {folder} is not there.", isTransient: true);
        ReadPassphrase();
    }

    public bool Exists(string label)
    {
        Probe();
        return File.Exists(PathOf(label));
    }

    public SigningKey Open(string label)
    {
        var path = PathOf(label);
        if (!Exists(label))
            throw new KeyStoreException($"There is no key file {path}.", isTransient: false);
        var pem = Attempt(() => File.ReadAllText(path), $"The key file {path} can't be read.");
        return new FileSigningKey(Decrypt(pem, ReadPassphrase(), path));
    }

    public SigningKey Create(string label, KeyAlgorithm algorithm)
    {
        var path = PathOf(label);
        if (Exists(label))
            throw new KeyStoreException($"{path} is there already; nothing was made.", isTransient: false);

        AsymmetricAlgorithm key = algorithm.IsRsa ? RSA.Create(algorithm.SizeInBits) : ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Attempt(
            () => WriteNew(path, key.ExportEncryptedPkcs8PrivateKeyPem(ReadPassphrase(), Encryption)),
            $"The key file {path} can't be written."
        );
        return new FileSigningKey(key);
    }

    public void Dispose()
    {
        // Nothing is held between calls.
    }

    private static AsymmetricAlgorithm Decrypt(string pem, string passphrase, string path)
    {
        foreach (var key in (AsymmetricAlgorithm[])[RSA.Create(), ECDsa.Create()])
        {
            try
            {
                key.ImportFromEncryptedPem(pem, passphrase);
                return key;
            }
            catch (Exception e) when (e is CryptographicException or ArgumentException)
            {
                key.Dispose();
            }
        }

        throw new KeyStoreException($"{path} is not an encrypted key, or the passphrase is not its.", isTransient: false);
    }

    /// <summary>Whole or not at all, readable by its owner only, never over another file.</summary>
    private static bool WriteNew(string path, string pem)
    {
        var unfinished = $"{path}.{Path.GetRandomFileName()}";
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        try
        {
            using (var file = new FileStream(unfinished, options))
            {
                file.Write(Encoding.ASCII.GetBytes(pem + "\n"));
                file.Flush(flushToDisk: true);
            }

            File.Move(unfinished, path, overwrite: false);
            return true;
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    private static T Attempt<T>(Func<T> act, string problem)
    {
        try
        {
            return act();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KeyStoreException(problem, isTransient: true, e);
        }
    }

    private string PathOf(string label)
    {
        KeyLabel.Require(label);
        return Path.Combine(folder, label + ".key.pem");
    }

    private string ReadPassphrase()
    {
        var passphrase = Attempt(
            () => File.ReadAllText(passphraseFile).TrimEnd('\r', '\n'),
            $"The passphrase file {passphraseFile} can't be read."
        );
        return passphrase.Length >= MinPassphraseLength
            ? passphrase
            : throw new KeyStoreException(
                $"The passphrase in {passphraseFile} has fewer than {MinPassphraseLength} characters.",
                isTransient: false
            );
    }
}

using SigningAuthority.Issuance.Keys;

namespace SigningAuthority.Signer.Keys;

/// <summary>Which token holds the keys. The PIN stays in its file and is read when it is needed.</summary>
/// <param name="Module">Path of the PKCS#11 module (a shared library).</param>
/// <param name="Token">The token's label.</param>
/// <param name="PinFile">File of one line, the user's PIN.</param>
internal sealed record Pkcs11Options(string Module, string Token, string PinFile)
{
    /// <exception cref="KeyStoreException">The file can't be read (transient: secrets are mounted late) or is empty.</exception>
    public byte[] ReadPin()
    {
        try
        {
            var pin = File.ReadAllBytes(PinFile).AsSpan().TrimEnd("\r\n"u8).ToArray();
            return pin.Length > 0 ? pin : throw new KeyStoreException($"The PIN file {PinFile} is empty.", isTransient: false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KeyStoreException($"The PIN file {PinFile} can't be read.", isTransient: true, e);
        }
    }

    /// <summary>The private key's address as OpenSSL's engine takes it (RFC 7512).</summary>
    public string PrivateKeyUri(string label) =>
        $"pkcs11:token={Uri.EscapeDataString(Token)};object={label};type=private"
        + $"?pin-source=file:{Uri.EscapeDataString(Path.GetFullPath(PinFile)).Replace("%2F", "/")}";
}

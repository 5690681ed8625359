using Microsoft.Extensions.Configuration;
using SigningAuthority.Issuance.Keys;

namespace SigningAuthority.Signer.Keys;

/// <summary>Opens the key store that the configuration names: <c>Keys:Store</c> is "pkcs11" or "file".</summary>
internal static class OpenKeyStore
{
    /// <exception cref="InvalidOperationException">A key is missing from the configuration, or is none of its values.</exception>
    /// <exception cref="KeyStoreException">The PKCS#11 module can't be loaded. An absent token is no fault yet.</exception>
    public static IKeyStore From(IConfiguration configuration) =>
        configuration["Keys:Store"] switch
        {
            "pkcs11" => new Pkcs11KeyStore(
                new Pkcs11Options(
                    Require(configuration, "Keys:Pkcs11:Module"),
                    Require(configuration, "Keys:Pkcs11:Token"),
                    Require(configuration, "Keys:Pkcs11:PinFile")
                )
            ),
            "file" => new FileKeyStore(Require(configuration, "Keys:File:Folder"), Require(configuration, "Keys:File:PassphraseFile")),
            var other => throw new InvalidOperationException($"Keys:Store is '{other}'; it must be \"pkcs11\" or \"file\"."),
        };

    private static string Require(IConfiguration configuration, string key) =>
        configuration[key] is { Length: > 0 } value ? value : throw new InvalidOperationException($"{key} is not configured.");
}

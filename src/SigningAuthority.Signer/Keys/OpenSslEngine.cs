using System.Runtime.InteropServices;
using System.Security.Cryptography;
using SigningAuthority.Issuance.Keys;

namespace SigningAuthority.Signer.Keys;

/// <summary>
/// OpenSSL's "pkcs11" engine (libp11), beyond what .NET offers for it: which module it loads, and an end to its memory
/// of a token that went away. One exists per process, because OpenSSL keeps one.
/// </summary>
internal sealed class OpenSslEngine
{
    /// <summary>The engine's name in OpenSSL, as <see cref="SafeEvpPKeyHandle.OpenPrivateKeyFromEngine"/> wants it.</summary>
    public const string Name = "pkcs11";

    // The library that .NET itself signs with; engines are no more in OpenSSL 4, where pkcs11-provider takes the same URIs.
    private const string LibCrypto = "libcrypto.so.3";

    private readonly IntPtr _engine;

    public OpenSslEngine(string modulePath)
    {
        _engine = ENGINE_by_id(Name);
        if (_engine == IntPtr.Zero)
            throw new KeyStoreException("OpenSSL has no engine \"pkcs11\": install libengine-pkcs11-openssl.", isTransient: false);

        // Not PKCS11_MODULE_PATH: what .NET puts into its environment never reaches getenv in a native library.
        if (ENGINE_ctrl_cmd_string(_engine, "MODULE_PATH", modulePath, 0) != 1)
            throw new KeyStoreException($"OpenSSL's engine does not take {modulePath} as its PKCS#11 module.", isTransient: false);
        Hold();
    }

    /// <summary>
    /// Opens a private key. The key then lets go of the engine (each EVP_PKEY keeps it in use, libp11 keeps each EVP_PKEY,
    /// so that it would never end); the RSA or EC method inside the key still leads to the token.
    /// </summary>
    /// <exception cref="CryptographicException">The engine found no such key, or no token.</exception>
    public SafeEvpPKeyHandle OpenPrivateKey(string uri)
    {
        var key = SafeEvpPKeyHandle.OpenPrivateKeyFromEngine(Name, uri);
        if (EVP_PKEY_set1_engine(key.DangerousGetHandle(), IntPtr.Zero) == 1)
            return key;

        key.Dispose();
        throw new CryptographicException("OpenSSL did not part the key from its engine.");
    }

    /// <summary>
    /// Ends the engine's last use: libp11 drops every slot, session and key it remembers and calls C_Finalize. Then begins
    /// anew. All keys that were opened must be disposed, and no call be under way.
    /// </summary>
    public void Restart(Action whenEnded)
    {
        if (ENGINE_finish(_engine) != 1)
            throw new KeyStoreException("OpenSSL's engine \"pkcs11\" does not end.", isTransient: true);
        try
        {
            whenEnded();
        }
        finally
        {
            Hold();
        }
    }

    private void Hold()
    {
        if (ENGINE_init(_engine) != 1)
            throw new KeyStoreException("OpenSSL's engine \"pkcs11\" does not start.", isTransient: true);
    }

    [DllImport(LibCrypto)]
    private static extern IntPtr ENGINE_by_id([MarshalAs(UnmanagedType.LPUTF8Str)] string id);

    [DllImport(LibCrypto)]
    private static extern int ENGINE_ctrl_cmd_string(
        IntPtr engine,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string command,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string argument,
        int optional
    );

    [DllImport(LibCrypto)]
    private static extern int ENGINE_init(IntPtr engine);

    [DllImport(LibCrypto)]
    private static extern int ENGINE_finish(IntPtr engine);

    [DllImport(LibCrypto)]
    private static extern int EVP_PKEY_set1_engine(IntPtr key, IntPtr engine);
}

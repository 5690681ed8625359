using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using SigningAuthority.Issuance.Keys;

namespace SigningAuthority.Signer.Keys;

/// <summary>
/// A PKCS#11 module loaded into this process, used both by OpenSSL's engine (to sign) and by ourselves (to ask). Neither
/// the engine nor SoftHSM finds a token again that went away, until everything is ended and begun anew: measured, in the
/// same process, at about 3 ms. So all use holds a shared lock, and <see cref="Restart"/> the exclusive one.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "One a process, for as long as the process.")]
internal sealed class Pkcs11Module
{
    private static readonly Lock Loading = new();
    private static Pkcs11Module? s_loaded;

    private readonly string _path;
    private readonly OpenSslEngine _engine;
    private readonly ReaderWriterLockSlim _use = new();
    private readonly HashSet<TokenKeyHandle> _handles = [];
    private bool _started;

    private Pkcs11Module(string path)
    {
        _path = path;
        try
        {
            Cryptoki = new Cryptoki(path);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException or EntryPointNotFoundException)
        {
            throw new KeyStoreException($"{path} is not a PKCS#11 module that can be loaded.", isTransient: false, e);
        }

        _engine = new OpenSslEngine(path);
    }

    public Cryptoki Cryptoki { get; }

    /// <summary>Counts restarts: sessions and key handles of another generation are dead. Read it while in use.</summary>
    public int Generation { get; private set; }

    /// <summary>Loads the module, or gives the one that is loaded.</summary>
    /// <exception cref="InvalidOperationException">The process has loaded another module: OpenSSL's engine takes one.</exception>
    public static Pkcs11Module Load(string path)
    {
        lock (Loading)
        {
            s_loaded ??= new Pkcs11Module(path);
            return s_loaded._path == path
                ? s_loaded
                : throw new InvalidOperationException(
                    $"This process uses the PKCS#11 module {s_loaded._path}; it can't use {path} as well."
                );
        }
    }

    /// <summary>Begins a use: until disposed, the module is not restarted. Any number at once; not to be nested.</summary>
    public Use BeginUse()
    {
        _use.EnterReadLock();
        return new Use(_use);
    }

    /// <summary>Whether the module was begun, by <see cref="Restart"/>, and took it well.</summary>
    public bool IsStarted => Volatile.Read(ref _started);

    /// <summary>Closes all keys and sessions of the process, ends the module and begins it anew, or for the first time.</summary>
    /// <param name="seen">The generation found wanting: when another thread was first, nothing is done.</param>
    /// <exception cref="KeyStoreException">The module does not start.</exception>
    public void Restart(int seen)
    {
        _use.EnterWriteLock();
        try
        {
            if (Generation != seen)
                return;
            Generation++;
            foreach (var handle in _handles)
                handle.Dispose();
            _handles.Clear();
            Volatile.Write(ref _started, false);
            _engine.Restart(whenEnded: () =>
            {
                Cryptoki.Stop();
                Cryptoki.Start();
            });
            Volatile.Write(ref _started, true);
        }
        finally
        {
            _use.ExitWriteLock();
        }
    }

    /// <summary>Opens a private key by its RFC 7512 URI. The caller holds a <see cref="Use"/>.</summary>
    /// <exception cref="CryptographicException">OpenSSL could not open it.</exception>
    public TokenKeyHandle OpenKey(string uri)
    {
        lock (_handles)
        {
            var handle = new TokenKeyHandle(_engine.OpenPrivateKey(uri), Generation);
            _handles.Add(handle);
            return handle;
        }
    }

    /// <summary>Closes a key that is no longer wanted; none of its signatures may be under way.</summary>
    public void CloseKey(TokenKeyHandle handle)
    {
        using var use = BeginUse();
        lock (_handles)
        {
            if (_handles.Remove(handle))
                handle.Dispose();
        }
    }

    internal readonly struct Use(ReaderWriterLockSlim held) : IDisposable
    {
        public void Dispose() => held.ExitReadLock();
    }
}

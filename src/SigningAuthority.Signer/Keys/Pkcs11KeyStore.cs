using System.Security.Cryptography;
using SigningAuthority.Issuance.Keys;

namespace SigningAuthority.Signer.Keys;

/// <summary>
/// Keys inside a PKCS#11 token, reached through OpenSSL. A token that goes away makes every member throw a transient
/// fault; each later call looks for it again, so that the store works as soon as the token is back.
/// </summary>
internal sealed class Pkcs11KeyStore : IKeyStore
{
    // Looking for a lost token restarts the module, which closes every key of the process: not more often than this.
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(250);

    private readonly Pkcs11Options _options;
    private readonly Pkcs11Module _module;
    private readonly Lock _connecting = new();
    private Connection? _connection;
    private byte[]? _refusedPin;
    private string _tokenDescription = "not seen yet";
    private int _lostGeneration = -1;
    private long _lookedAt = long.MinValue / 2;

    public Pkcs11KeyStore(Pkcs11Options options)
    {
        _options = options;
        _module = Pkcs11Module.Load(options.Module);
    }

    public string Describe() => $"PKCS#11 token \"{_options.Token}\" ({_tokenDescription}) through {_options.Module}";

    /// <summary>Asks the token for its information and for a private key that was opened; no session is spent on it.</summary>
    public void Probe()
    {
        using var use = Connect(out var connection);
        foreach (var label in connection.OpenedLabels())
            RequireOneKey(connection, label);
    }

    public bool Exists(string label)
    {
        KeyLabel.Require(label);
        using var use = Connect(out var connection);

        // A public key alone would be taken for the new one's other half.
        return Count(connection, Cryptoki.ObjectClass.PrivateKey, label) > 0
            || Count(connection, Cryptoki.ObjectClass.PublicKey, label) > 0;
    }

    public SigningKey Open(string label)
    {
        KeyLabel.Require(label);
        using var use = Connect(out var connection);
        return new Pkcs11SigningKey(this, _module, label, OpenHandle(connection, label));
    }

    public SigningKey Create(string label, KeyAlgorithm algorithm)
    {
        if (Exists(label))
        {
            var problem = $"The token \"{_options.Token}\" has a key labelled \"{label}\" already; nothing was made.";
            throw new KeyStoreException(problem, isTransient: false);
        }

        CreateTokenKeyPair.Run(_options, label, algorithm);
        return Open(label);
    }

    public void Dispose()
    {
        // The module and its sessions belong to the process; the token logs it out when it ends.
    }

    /// <summary>Whether signing would fail: a fault was seen and no call has found the token since.</summary>
    public bool IsLost(int generation) => Volatile.Read(ref _lostGeneration) == generation;

    /// <summary>Opens the key anew after its handle died; the caller holds no use of the module.</summary>
    public TokenKeyHandle Reopen(string label)
    {
        using var use = Connect(out var connection);
        return OpenHandle(connection, label);
    }

    /// <summary>Turns what OpenSSL said into a fault, and has the next call look for the token.</summary>
    public KeyStoreException Fault(int generation, string doing, CryptographicException e)
    {
        // OpenSSL 3 packs library and reason into 32 bits; libp11 gives the CKR value as reason of its own library.
        var reason = (nuint)(e.HResult & 0x7FFFFF);
        var fromToken = ((uint)e.HResult >> 23) >= 0x80 && e.HResult != 0;
        var isTransient = !fromToken || CryptokiResult.IsTransient(reason);
        if (isTransient)
            Volatile.Write(ref _lostGeneration, generation);
        var said = fromToken ? CryptokiResult.Name(reason) : e.Message;
        return new KeyStoreException($"The token \"{_options.Token}\" failed {doing}: {said}.", isTransient, e);
    }

    /// <summary>Finds the token and logs in, unless that still holds; the module stays in use until the result is disposed.</summary>
    private Pkcs11Module.Use Connect(out Connection connection)
    {
        while (true)
        {
            if (!_module.IsStarted || IsLost(_module.Generation))
                LookAnew(_module.Generation);

            var use = _module.BeginUse();
            var generation = _module.Generation;
            try
            {
                lock (_connecting)
                    connection = _connection = Renew(_connection, generation);
                return use;
            }
            catch (KeyStoreException e)
            {
                use.Dispose();
                if (!e.IsTransient)
                    throw;
                Volatile.Write(ref _lostGeneration, generation);
                if (LookedJustNow())
                    throw;
            }
        }
    }

    private bool LookedJustNow() => Environment.TickCount64 - Volatile.Read(ref _lookedAt) < LookInterval.TotalMilliseconds;

    private void LookAnew(int generation)
    {
        if (LookedJustNow())
            throw new KeyStoreException($"The token \"{_options.Token}\" is away; it is looked for again in a moment.", isTransient: true);
        Volatile.Write(ref _lookedAt, Environment.TickCount64);
        _module.Restart(generation);
    }

    private Connection Renew(Connection? known, int generation)
    {
        if (known is not null && known.Generation == generation)
        {
            return _module.Cryptoki.IsToken(known.Slot, _options.Token)
                ? known
                : throw new KeyStoreException($"The token \"{_options.Token}\" is away.", isTransient: true);
        }

        var (slot, description) =
            _module.Cryptoki.FindToken(_options.Token)
            ?? throw new KeyStoreException($"The token \"{_options.Token}\" is not there.", isTransient: true);
        var session = _module.Cryptoki.Open(slot);
        try
        {
            Login(session);
        }
        catch
        {
            _module.Cryptoki.Close(session);
            throw;
        }

        _tokenDescription = description;
        return new Connection(generation, slot, session, known?.OpenedLabels() ?? []);
    }

    // A token counts wrong PINs and locks: one that was refused is not tried again until its file says something else.
    private void Login(nuint session)
    {
        var pin = _options.ReadPin();
        var digest = SHA256.HashData(pin);
        if (_refusedPin is not null && digest.AsSpan().SequenceEqual(_refusedPin))
        {
            var problem = $"The token \"{_options.Token}\" refused the PIN in {_options.PinFile}; it is not tried again.";
            throw new KeyStoreException(problem, isTransient: false);
        }

        var result = _module.Cryptoki.TryLogin(session, pin);
        CryptographicOperations.ZeroMemory(pin);
        if (result is CryptokiResult.Ok or CryptokiResult.UserAlreadyLoggedIn)
            return;

        if (!CryptokiResult.IsTransient(result))
            _refusedPin = digest;
        throw new KeyStoreException(
            $"The token \"{_options.Token}\" does not take the PIN in {_options.PinFile}: {CryptokiResult.Name(result)}.",
            CryptokiResult.IsTransient(result)
        );
    }

    private TokenKeyHandle OpenHandle(Connection connection, string label)
    {
        RequireOneKey(connection, label);
        try
        {
            var handle = _module.OpenKey(_options.PrivateKeyUri(label));
            connection.Remember(label);
            return handle;
        }
        catch (CryptographicException e)
        {
            throw Fault(connection.Generation, $"to open the key \"{label}\"", e);
        }
    }

    private void RequireOneKey(Connection connection, string label)
    {
        var count = Count(connection, Cryptoki.ObjectClass.PrivateKey, label);
        if (count == 1)
            return;
        if (count > 1)
            throw new KeyStoreException(
                $"The token \"{_options.Token}\" has several private keys labelled \"{label}\".",
                isTransient: false
            );

        // SoftHSM answers "none" for a token that vanished a moment ago.
        if (_module.Cryptoki.IsToken(connection.Slot, _options.Token))
            throw new KeyStoreException($"The token \"{_options.Token}\" has no private key labelled \"{label}\".", isTransient: false);
        Volatile.Write(ref _lostGeneration, connection.Generation);
        throw new KeyStoreException($"The token \"{_options.Token}\" is away.", isTransient: true);
    }

    private int Count(Connection connection, nuint objectClass, string label)
    {
        try
        {
            // A session runs one search at a time (PKCS #11 v2.40 §5.7).
            lock (connection)
                return _module.Cryptoki.Count(connection.Session, objectClass, label);
        }
        catch (KeyStoreException e) when (e.IsTransient)
        {
            Volatile.Write(ref _lostGeneration, connection.Generation);
            throw;
        }
    }

    private sealed class Connection(int generation, nuint slot, nuint session, IReadOnlyCollection<string> labels)
    {
        private readonly HashSet<string> _labels = [.. labels];

        public int Generation => generation;

        public nuint Slot => slot;

        public nuint Session => session;

        public void Remember(string label)
        {
            lock (_labels)
                _labels.Add(label);
        }

        public IReadOnlyCollection<string> OpenedLabels()
        {
            lock (_labels)
                return [.. _labels];
        }
    }
}

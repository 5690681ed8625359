using System.Security.Cryptography;
using SigningAuthority.Issuance.Keys;

namespace SigningAuthority.Signer.Keys;

/// <summary>A key inside a token. When the token went away and came back, the next signature opens the key anew.</summary>
internal sealed class Pkcs11SigningKey : SigningKey
{
    private readonly Pkcs11KeyStore _store;
    private readonly Pkcs11Module _module;
    private readonly string _label;
    private readonly Lock _reopening = new();
    private TokenKeyHandle _handle;
    private bool _disposed;

    public Pkcs11SigningKey(Pkcs11KeyStore store, Pkcs11Module module, string label, TokenKeyHandle handle)
    {
        _store = store;
        _module = module;
        _label = label;
        _handle = handle;
        SubjectPublicKeyInfo = handle.ExportSubjectPublicKeyInfo();
        Algorithm =
            handle.FindAlgorithm()
            ?? throw new KeyStoreException($"The key \"{label}\" is none of {string.Join(", ", KeyAlgorithm.All)}.", isTransient: false);
    }

    public override KeyAlgorithm Algorithm { get; }

    public override byte[] SubjectPublicKeyInfo { get; }

    public override byte[] SignHash(ReadOnlySpan<byte> sha256)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed), this);
        if (TrySign(sha256) is { } signature)
            return signature;

        Reopen();
        return TrySign(sha256) ?? throw new KeyStoreException("The token went away again.", isTransient: true);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !Interlocked.Exchange(ref _disposed, true))
            _module.CloseKey(_handle);
    }

    /// <summary>Signs, or gives null when the handle is of a generation that ended.</summary>
    private byte[]? TrySign(ReadOnlySpan<byte> sha256)
    {
        using var use = _module.BeginUse();
        var handle = Volatile.Read(ref _handle);
        if (!IsAlive(handle))
            return null;
        try
        {
            return handle.SignHash(sha256);
        }
        catch (CryptographicException e)
        {
            throw _store.Fault(handle.Generation, $"to sign with \"{_label}\"", e);
        }
    }

    private void Reopen()
    {
        lock (_reopening)
        {
            using (_module.BeginUse())
            {
                if (IsAlive(_handle))
                    return;
            }

            var handle = _store.Reopen(_label);
            using (_module.BeginUse())
            {
                if (
                    handle.Generation == _module.Generation
                    && !handle.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(SubjectPublicKeyInfo)
                )
                    throw new KeyStoreException(
                        $"Another key has taken the label \"{_label}\" while the token was away.",
                        isTransient: false
                    );
            }

            Volatile.Write(ref _handle, handle);
        }
    }

    private bool IsAlive(TokenKeyHandle handle) => handle.Generation == _module.Generation && !_store.IsLost(handle.Generation);
}

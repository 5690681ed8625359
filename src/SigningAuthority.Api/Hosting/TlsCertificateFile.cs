using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SigningAuthority.Api.Hosting;

/// <summary>
/// The front door's own certificate and key. The files are read again when they change, so that renewing needs no restart; a
/// pair that does not fit is passed over until it does. Thread-safe.
/// </summary>
internal sealed class TlsCertificateFile
{
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromSeconds(30);

    private readonly string _certificate;
    private readonly string _key;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _reading = new();
    private volatile Loaded _loaded;

    /// <exception cref="CryptographicException">The files hold no certificate with its key.</exception>
    public TlsCertificateFile(string certificate, string key, TimeProvider time, ILogger logger)
    {
        (_certificate, _key, _time, _logger) = (certificate, key, time, logger);
        _loaded = Load();
    }

    public SslStreamCertificateContext Context
    {
        get
        {
            if (_time.GetUtcNow() - _loaded.LookedAt > LookAgainAfter && _reading.TryEnter())
            {
                try
                {
                    Refresh();
                }
                finally
                {
                    _reading.Exit();
                }
            }

            return _loaded.Context;
        }
    }

    private void Refresh()
    {
        try
        {
            _loaded = WrittenAt() == _loaded.WrittenAt ? _loaded with { LookedAt = _time.GetUtcNow() } : Load();
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException)
        {
            _logger.LogWarning("The renewed TLS certificate can't be used yet: {Reason}", exception.Message);
            _loaded = _loaded with { LookedAt = _time.GetUtcNow() };
        }
    }

    private Loaded Load()
    {
        var writtenAt = WrittenAt();
        var leaf = X509Certificate2.CreateFromPemFile(_certificate, _key);
        var others = new X509Certificate2Collection();
        others.ImportFromPemFile(_certificate);
        // Offline: nothing is fetched from addresses that stand in certificates.
        return new Loaded(SslStreamCertificateContext.Create(leaf, others, offline: true), writtenAt, _time.GetUtcNow());
    }

    private (DateTime, DateTime) WrittenAt() => (File.GetLastWriteTimeUtc(_certificate), File.GetLastWriteTimeUtc(_key));

    private sealed record Loaded(SslStreamCertificateContext Context, (DateTime, DateTime) WrittenAt, DateTimeOffset LookedAt);
}

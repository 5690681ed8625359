using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace SigningAuthority.Signer.Lanes;

/// <summary>Which retired authorities' keys were found to be gone from the token, until this process ends. Thread-safe.</summary>
internal sealed partial class RetiredKeys(ILogger<RetiredKeys> logger)
{
    private readonly ConcurrentDictionary<string, byte> _gone = new();

    public bool IsGone(string authority) => _gone.ContainsKey(authority);

    public void Gone(string authority, string detail)
    {
        if (_gone.TryAdd(authority, 0))
            LogGone(authority, detail);
    }

    [LoggerMessage(
        LogLevel.Warning,
        "{Authority} is retired and its key is gone: its lists and OCSP responders are not renewed any more. {Detail}"
    )]
    private partial void LogGone(string authority, string detail);
}

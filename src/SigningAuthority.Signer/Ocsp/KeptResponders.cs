using System.Collections.Concurrent;
using System.Collections.Frozen;
using SigningAuthority.Storage.Ocsp;

namespace SigningAuthority.Signer.Ocsp;

/// <summary>The responders that this Signer can sign with, as <see cref="KeepResponders"/> found them. Thread-safe.</summary>
internal sealed class KeptResponders(TimeProvider time)
{
    // Whoever is that close to its end signs nothing any more: the answer is to be good for a while.
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<string, byte> _wanted = new();
    private volatile FrozenDictionary<string, Responder> _current = FrozenDictionary<string, Responder>.Empty;

    /// <summary>Somebody asked for answers of an authority that has no responder here yet.</summary>
    public event EventHandler? Wanted;

    /// <summary>By authority.</summary>
    public IReadOnlyDictionary<string, Responder> Current => _current;

    /// <summary>Ids of the authorities that can be answered for now.</summary>
    public IReadOnlyList<string> Ready =>
        [
            .. _current
                .Values.Where(responder => responder.Certificate.NotAfter > time.GetUtcNow() + Margin)
                .Select(responder => responder.Authority),
        ];

    /// <summary>The same, with how long what they sign can last.</summary>
    public IReadOnlyList<ResponderEnd> ReadyUntil =>
        [.. Ready.Select(authority => new ResponderEnd(authority, Of(authority).Certificate.NotAfter))];

    public Responder Of(string authority) => _current[authority];

    public bool IsWanted(string authority) => _wanted.ContainsKey(authority);

    public void Want(string authority)
    {
        _wanted[authority] = 0;
        Wanted?.Invoke(this, EventArgs.Empty);
    }

    public void Replace(IEnumerable<Responder> responders) => _current = responders.ToFrozenDictionary(responder => responder.Authority);
}

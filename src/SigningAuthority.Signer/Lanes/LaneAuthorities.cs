using System.Collections.Concurrent;
using System.Collections.Frozen;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Keys;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Issuance.Roots;
using SigningAuthority.Storage.Certificates;
using SigningAuthority.Storage.Roots;

namespace SigningAuthority.Signer.Lanes;

/// <summary>
/// The authorities as this Signer knows them: every certificate that a ceremony has recorded, and the keys of its own
/// lanes, opened when first needed. Thread-safe.
/// </summary>
internal sealed class LaneAuthorities(
    IKeyStore store,
    Authorities recorded,
    RootManifests manifests,
    AuthorityConfiguration configuration,
    TimeProvider time,
    RetiredKeys retiredKeys
) : IDisposable
{
    // A ceremony may be held while Signers run; nobody is in a hurry to use its result within seconds.
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, SigningKey> _keys = new();
    private FrozenDictionary<string, IssuerCertificate> _certificates = FrozenDictionary<string, IssuerCertificate>.Empty;
    private PublicationTimes _times = PublicationTimes.None;
    private DateTimeOffset _refreshedAt;

    /// <summary>The authorities that have certificates, at this moment of this process's clock.</summary>
    public AuthoritiesAt Available => _times.At(time.GetUtcNow());

    /// <exception cref="KeyNotFoundException">The authority's ceremony has not been held.</exception>
    public IssuerCertificate Certificate(string authority) => _certificates[authority];

    /// <exception cref="KeyStoreException">The token is away, has no such key, or has another one than the certificate says.</exception>
    public SigningKey Key(string authority)
    {
        if (_keys.TryGetValue(authority, out var known))
            return known;

        var key = store.Open(configuration.Authority(authority).KeyLabel);
        if (
            _certificates.TryGetValue(authority, out var certificate)
            && !key.SubjectPublicKeyInfo.AsSpan().SequenceEqual(certificate.SubjectPublicKeyInfo)
        )
        {
            key.Dispose();
            throw new KeyStoreException(
                $"The key labelled \"{configuration.Authority(authority).KeyLabel}\" is not that of {authority}'s certificate.",
                isTransient: false
            );
        }

        if (_keys.TryAdd(authority, key))
            return key;
        key.Dispose();
        return _keys[authority];
    }

    /// <summary>
    /// Whether it still has its key: a retired root's is taken out of the token one day, and that must not stop its lane. For all others it
    /// is true; that they can't do without shows when it is used.
    /// </summary>
    /// <exception cref="KeyStoreException">The token is away.</exception>
    public bool HasKey(AuthorityDefinition authority)
    {
        if (!authority.Retired)
            return true;
        if (retiredKeys.IsGone(authority.Id))
            return false;
        try
        {
            Key(authority.Id);
            return true;
        }
        catch (KeyStoreException fault) when (!fault.IsTransient)
        {
            retiredKeys.Gone(authority.Id, fault.Message);
            return false;
        }
    }

    /// <summary>Opens a lane's keys before its first request needs them.</summary>
    /// <exception cref="KeyStoreException">A key can't be opened.</exception>
    public async Task OpenKeysAsync(Lane lane, CancellationToken cancellation)
    {
        await RefreshAsync(cancellation);
        foreach (
            var authority in configuration.Authorities.Where(authority => authority.Lane == lane && _certificates.ContainsKey(authority.Id))
        )
        {
            if (HasKey(authority))
                Key(authority.Id);
        }
    }

    /// <summary>Reads the recorded authorities again when the last reading is older than ten seconds.</summary>
    public async Task RefreshAsync(CancellationToken cancellation)
    {
        if (time.GetUtcNow() - _refreshedAt < RefreshInterval)
            return;

        var known = _certificates;
        var all = await recorded.ReadAllAsync(cancellation);
        _certificates = all.Where(authority => authority.Der is not null && configuration.FindAuthority(authority.Authority) is not null)
            .ToFrozenDictionary(
                authority => authority.Authority,
                authority => known.GetValueOrDefault(authority.Authority) ?? IssuerCertificate.Read(authority.Der!)
            );
        // Asked for by every decision, and not cheap to make.
        _times = await manifests.ReadTimesAsync(
            configuration,
            all.Where(authority => _certificates.ContainsKey(authority.Authority)),
            cancellation
        );
        _refreshedAt = time.GetUtcNow();
    }

    public void Dispose()
    {
        foreach (var key in _keys.Values)
            key.Dispose();
    }
}

using SigningAuthority.Issuance.Keys;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.Ocsp;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Signer.Ocsp;

/// <summary>
/// Whether the keys that responders' certificates are asked for are in this Signer's own token. Requests and recorded keys are rows that every
/// process of the key room may write, those of other lanes too; what the token holds nobody outside it can say.
/// </summary>
internal sealed class ResponderKeys(OcspResponders recorded, IKeyStore store)
{
    /// <returns>The requests whose key is not here, or is not recorded as that of the authority which they name.</returns>
    /// <exception cref="KeyStoreException">The token is away.</exception>
    public async Task<IReadOnlyList<SigningRequestId>> FindForeignAsync(
        IEnumerable<SigningRequestRecord> requests,
        CancellationToken cancellation
    )
    {
        var responders = requests.Where(request => request.Kind == RequestKind.OcspResponder).ToList();
        if (responders.Count == 0)
            return [];
        var keys = await recorded.FindKeysAsync([.. responders.Select(request => request.PublicKeySha256)], cancellation);
        return
        [
            .. responders
                .Where(request =>
                    request.Authorities is not [var authority]
                    || !keys.Any(key =>
                        key.Authority == authority && key.Sha256.AsSpan().SequenceEqual(request.PublicKeySha256) && IsHere(store, key)
                    )
                )
                .Select(request => request.Id),
        ];
    }

    /// <summary>Whether the token's key of this label is the one that is recorded.</summary>
    public static bool IsHere(IKeyStore store, RecordedResponderKey recorded)
    {
        if (!store.Exists(recorded.KeyLabel))
            return false;
        using var key = store.Open(recorded.KeyLabel);
        return key.SubjectPublicKeyInfo.AsSpan().SequenceEqual(recorded.SubjectPublicKeyInfo);
    }
}

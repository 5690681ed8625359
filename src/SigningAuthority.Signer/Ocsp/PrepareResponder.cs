using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Keys;
using SigningAuthority.Issuance.Ocsp;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Signer.Lanes;
using SigningAuthority.Storage.Ocsp;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Signer.Ocsp;

/// <summary>
/// Decides whether an authority needs a responder's certificate, and makes the request for it: for the newest key that is in this token,
/// or, where that is old or there is none, for a new one. What is asked for goes through the queue and the one issuance procedure.
/// </summary>
internal sealed class PrepareResponder(IKeyStore store, AuthorityConfiguration configuration, SignerIdentity identity, TimeProvider time)
    : IDisposable
{
    // Delegated answers are verified by every client there is; and RFC 5019 §2.2.1 wants them small.
    private static readonly KeyAlgorithm Algorithm = KeyAlgorithm.Parse("RSA-2048");

    // A request that was refused or failed is not made again at once: somebody has to mend something. Each one in vain doubles the pause.
    private static readonly TimeSpan PauseAfterRequest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    // Dates in certificates have whole seconds.
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, SigningKey> _keys = [];

    /// <summary>The newest responder of an authority that is certified and whose key is in this token; null for none.</summary>
    /// <exception cref="KeyStoreException">The token is away.</exception>
    public Responder? Find(IEnumerable<OcspResponder> known, IssuerCertificate issuer)
    {
        var now = time.GetUtcNow();
        foreach (var row in known.OrderByDescending(row => row.Number))
        {
            if (row.IsCompromised || row.Certificate is not { } der || FindKey(row) is not { } key)
                continue;
            var certificate = OcspResponderCertificate.Read(der);
            if (
                certificate.NotBefore <= now
                && certificate.NotAfter > now
                && certificate.SubjectPublicKeyInfo.AsSpan().SequenceEqual(key.SubjectPublicKeyInfo)
            )
                return new Responder(row.Authority, issuer, certificate, key);
            certificate.Dispose();
        }

        return null;
    }

    /// <summary>
    /// Whether something is to be asked for: the certificate ends soon, or the key is old. Nothing is for an issuer that has ended, and none is
    /// renewed that lasts as long as its issuer: no later one is to be had.
    /// </summary>
    public bool IsDue(Responder? current, IssuerCertificate issuer, IEnumerable<OcspResponder> known) =>
        issuer.NotAfter > time.GetUtcNow() && NeedsAnother(current, issuer, known);

    private bool NeedsAnother(Responder? current, IssuerCertificate issuer, IEnumerable<OcspResponder> known) =>
        current is null
        || (IsEnding(current.Certificate.NotAfter) && current.Certificate.NotAfter < issuer.NotAfter - Second)
        || known.Any(row => IsOld(row) && row.SubjectPublicKeyInfo.AsSpan().SequenceEqual(current.Key.SubjectPublicKeyInfo));

    /// <returns>What is to be asked for; null for nothing now.</returns>
    /// <exception cref="KeyStoreException">The token is away, or makes no key.</exception>
    public ResponderRequest? Prepare(AuthorityDefinition authority, IssuerCertificate issuer, IReadOnlyList<OcspResponder> known)
    {
        if (known.Any(row => row.IsAsked || IsPausing(row)) || !IsDue(Find(known, issuer), issuer, known))
            return null;
        if (
            known.Where(row => !IsOld(row)).OrderByDescending(row => row.Number).FirstOrDefault(row => FindKey(row) is not null) is
            { } young
        )
            return Request(authority, null, FindKey(young)!);

        var number = known.Select(row => row.Number).DefaultIfEmpty().Max() + 1;
        var label = $"ocsp-{authority.Id}-{number}";
        // One that is there was made by a Signer that died before it could write it down.
        var key = store.Exists(label) ? store.Open(label) : store.Create(label, Algorithm);
        if (_keys.Remove(label, out var former))
            former.Dispose();
        _keys[label] = key;
        return Request(authority, new NewResponderKey(authority.Id, number, label, key.SubjectPublicKeyInfo), key);
    }

    public void Dispose()
    {
        foreach (var key in _keys.Values)
            key.Dispose();
    }

    private bool IsEnding(DateTimeOffset notAfter) =>
        notAfter < time.GetUtcNow() + TimeSpan.FromDays(configuration.Policy.Ocsp.RenewDaysBefore);

    // What was asked for a key that is lost is no reason to wait: until another has a certificate nobody answers.
    private bool IsPausing(OcspResponder row) => !row.IsCompromised && row.LastAskedAt > time.GetUtcNow() - PauseOf(row);

    private static TimeSpan PauseOf(OcspResponder row)
    {
        var pause = PauseAfterRequest * Math.Pow(2, Math.Min(row.InVain, 10));
        return pause < LongestPause ? pause : LongestPause;
    }

    private bool IsOld(OcspResponder row) =>
        row.IsCompromised || row.CreatedAt < time.GetUtcNow() - TimeSpan.FromDays(configuration.Policy.Ocsp.KeyDays);

    /// <summary>Null when the token has no such key: another Signer's token may.</summary>
    private SigningKey? FindKey(OcspResponder row)
    {
        if (_keys.TryGetValue(row.KeyLabel, out var open))
            return open.SubjectPublicKeyInfo.AsSpan().SequenceEqual(row.SubjectPublicKeyInfo) ? open : null;
        if (!store.Exists(row.KeyLabel))
            return null;
        var key = store.Open(row.KeyLabel);
        _keys[row.KeyLabel] = key;
        return key.SubjectPublicKeyInfo.AsSpan().SequenceEqual(row.SubjectPublicKeyInfo) ? key : null;
    }

    private ResponderRequest Request(AuthorityDefinition authority, NewResponderKey? newKey, SigningKey key)
    {
        var csr = BuildRequest(authority, key);
        var (csrSha256, keySha256) = (SHA256.HashData(csr), SHA256.HashData(key.SubjectPublicKeyInfo));
        var request = new NewSigningRequest(
            SigningRequestId.New(time),
            RequestKind.OcspResponder,
            authority.Lane,
            null,
            null,
            csr,
            csrSha256,
            keySha256,
            null,
            null,
            null,
            null,
            [],
            [authority.Id],
            configuration.TheProfile(RequestKind.OcspResponder).Id,
            null,
            null,
            identity.Actor
        );
        var submitted = new RequestSubmitted
        {
            At = time.GetUtcNow(),
            Actor = identity.Actor,
            Subject = authority.Id,
            RequestId = request.Id.Value,
            Kind = request.Kind.ToString(),
            CsrSha256 = Convert.ToHexStringLower(csrSha256),
            PublicKeySha256 = Convert.ToHexStringLower(keySha256),
            Devices = [],
            Generations = [authority.Id],
            PolicyVersion = configuration.PolicyVersion,
            PolicyHash = configuration.Hash,
        };
        return new ResponderRequest(newKey, request, newKey is null ? [submitted] : [MadeBy(newKey, keySha256), submitted]);
    }

    private OcspKeyMade MadeBy(NewResponderKey key, byte[] keySha256) =>
        new()
        {
            At = time.GetUtcNow(),
            Actor = identity.Actor,
            Subject = key.Authority,
            Authority = key.Authority,
            KeyLabel = key.KeyLabel,
            PublicKeySha256 = Convert.ToHexStringLower(keySha256),
        };

    // The subject is the profile's; the request's own is for whoever reads it.
    private static byte[] BuildRequest(AuthorityDefinition authority, SigningKey key)
    {
        var subject = new X500DistinguishedNameBuilder();
        subject.AddCommonName($"OCSP responder of {authority.Id}");
        var publicKey = PublicKey.CreateFromSubjectPublicKeyInfo(key.SubjectPublicKeyInfo, out _);
        return new CertificateRequest(subject.Build(), publicKey, HashAlgorithmName.SHA256).CreateSigningRequest(key.Generator);
    }
}

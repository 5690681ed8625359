using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Issuance.Policy;

/// <summary>A request that a new one names as its predecessor, as it stands.</summary>
/// <param name="State">Only certificates that were issued can be followed.</param>
/// <param name="Fqdn">The server's name.</param>
/// <param name="PublicKeySha256">Over the SubjectPublicKeyInfo: 32 octets.</param>
/// <param name="Generations">Ids of the authorities that signed.</param>
/// <param name="KeyAge">From the first certificate of this key to the new request.</param>
public sealed record Predecessor(
    RequestState State,
    string Fqdn,
    ReadOnlyMemory<byte> PublicKeySha256,
    IReadOnlyList<string> Generations,
    TimeSpan KeyAge
);

/// <summary>That a request follows another one.</summary>
/// <param name="Kind">How.</param>
/// <param name="Predecessor">Null where the asking provider has no such request, whether or not somebody else has.</param>
public sealed record SuccessionFacts(SuccessionKind Kind, Predecessor? Predecessor);

/// <summary>What may follow what: a provider's own certificate, of the same name, and with which key.</summary>
internal sealed class SuccessionRules : RuleSet<(ProvisioningServerFacts Facts, IReadOnlyList<string> Generations)>
{
    private const string Key = "csr.publicKey";
    private const string NewKey =
        "openssl req -new -newkey rsa:2048 -nodes -sha256 -keyout provserver.key -out provserver.csr -subj \"/CN=prov.example.com\"";

    // Nothing is said of whether another provider has it.
    private static readonly Rule Unknown = new("predecessor-unknown", "a provider renews and replaces its own certificates");
    private static readonly Rule NotIssued = new("predecessor-not-issued", "what has no certificates can't be renewed or replaced");
    private static readonly Rule OtherName = new("renewal-other-name", "a renewal or replacement is for the same server");
    private static readonly Rule SameKey = new("renewal-same-key", "policies/policy.json provisioningServer.renewal.sameKey");
    private static readonly Rule OldKey = new(
        "renewal-key-too-old",
        "NIST SP 800-57 part 1 rev. 5 §5.3.6: cryptoperiods; policies/policy.json provisioningServer.renewal.longestKeyDays"
    );

    private static readonly Rule ReplacementKey = new("replacement-same-key", "a replacement takes the place of a certificate and its key");
    private static readonly Rule LostGeneration = new(
        "replacement-drops-generation",
        "a replacement marks every certificate of the replaced request as superseded"
    );
    private static readonly Rule Compromised = new(
        "key-compromised",
        "CA/Browser Forum Baseline Requirements §6.1.1.3: a key known to be compromised is not certified"
    );

    public SuccessionRules(RenewalSettings settings)
    {
        Check(asked => asked.Facts.Succession is { } succession ? Find(succession, asked.Facts, asked.Generations, settings) : []);
        Check(asked =>
            asked.Facts.KeyReportedCompromised
                ? Compromised.BrokenBy(
                    Key,
                    "a key that nobody else may have",
                    "a key whose compromise was reported",
                    "The revocation of a certificate with this key was asked for because the key was compromised.",
                    NewKey
                )
                : null
        );
    }

    private static IEnumerable<Violation> Find(
        SuccessionFacts succession,
        ProvisioningServerFacts facts,
        IReadOnlyList<string> generations,
        RenewalSettings settings
    )
    {
        var field = succession.Kind == SuccessionKind.Renewal ? "renews" : "replaces";
        if (succession.Predecessor is not { } predecessor)
        {
            yield return Unknown.BrokenBy(
                field,
                "the id of a request of yours",
                "an id that is none",
                "You have no request of this id.",
                "GET /api/v1/provider/requests lists your requests with their ids"
            );
            yield break;
        }

        if (predecessor.State != RequestState.Issued)
            yield return NotIssued.BrokenBy(
                field,
                "an issued request",
                $"one that is {predecessor.State}",
                "That request has no certificates that could be followed.",
                $"submit without ?{field}="
            );
        if (ServerCommonName.TryParse(facts.Request.CommonName, out var name) && name.Fqdn.Value != predecessor.Fqdn)
            yield return OtherName.BrokenBy(
                "csr.subject.commonName",
                $"{predecessor.Fqdn}, optionally followed by \"/\" and anything",
                name.Fqdn.Value,
                "The request is for another server than the one it is to follow.",
                $"ask for CN={predecessor.Fqdn}, or submit without ?{field}="
            );
        var keepsKey = facts.Request.Key.Sha256.AsSpan().SequenceEqual(predecessor.PublicKeySha256.Span);
        foreach (
            var violation in succession.Kind == SuccessionKind.Renewal
                ? FindInRenewal(keepsKey, predecessor, settings)
                : FindInReplacement(keepsKey, predecessor, generations)
        )
            yield return violation;
    }

    private static IEnumerable<Violation> FindInRenewal(bool keepsKey, Predecessor predecessor, RenewalSettings settings)
    {
        if (keepsKey && settings.SameKey == KeyReuse.Refuse)
            yield return SameKey.BrokenBy(
                Key,
                "a new key",
                "the key of the certificate to renew",
                "A renewal needs a new key.",
                NewKey + ", then POST /api/v1/provider/requests?renews=… with it"
            );
        if (keepsKey && settings.SameKey == KeyReuse.Allow && predecessor.KeyAge > TimeSpan.FromDays(settings.LongestKeyDays))
            yield return OldKey.BrokenBy(
                Key,
                $"a key first certified at most {settings.LongestKeyDays} days ago",
                $"{(int)predecessor.KeyAge.TotalDays} days",
                "The key has been in use for too long to be certified once more.",
                NewKey
            );
    }

    private static IEnumerable<Violation> FindInReplacement(bool keepsKey, Predecessor predecessor, IReadOnlyList<string> generations)
    {
        if (keepsKey)
            yield return ReplacementKey.BrokenBy(
                Key,
                "a new key",
                "the key of the certificate to replace",
                "A replacement needs a new key.",
                NewKey
            );
        var lost = predecessor.Generations.Except(generations).ToList();
        if (lost.Count > 0 && generations.Count > 0)
            yield return LostGeneration.BrokenBy(
                "devices",
                "devices of every generation that the replaced request has: " + string.Join(", ", predecessor.Generations),
                string.Join(", ", generations),
                "Devices of these generations would be left without a certificate: " + string.Join(", ", lost) + ".",
                "name their devices too, or renew instead and ask for the revocation of what is no longer used"
            );
    }
}

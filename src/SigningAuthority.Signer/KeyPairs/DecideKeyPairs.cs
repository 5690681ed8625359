using System.Security.Cryptography;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Devices;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Production;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Signer.Lanes;
using SigningAuthority.Storage.Access;
using SigningAuthority.Storage.KeyPairs;
using SigningAuthority.Storage.Production;

namespace SigningAuthority.Signer.KeyPairs;

/// <summary>
/// Decides again, at the key, whether a unit gets a key pair, and makes it: for the station's certificate as an operator enrolled it,
/// whatever the front door would like.
/// </summary>
internal sealed class DecideKeyPairs(
    IssuancePolicy policy,
    LaneAuthorities authorities,
    Stations stations,
    ProductionOrders orders,
    SignedOrders signedOrders,
    SignerIdentity identity,
    AuthorityConfiguration configuration,
    TimeProvider time
)
{
    private static readonly Rule UnfitRecipient = new("key-recipient-unfit", "RFC 3560: the envelope is for an RSA key of the station's");

    /// <param name="wanted">At most as many as there are keys.</param>
    /// <param name="keys">New ones, each used once.</param>
    public async Task<IReadOnlyList<KeyPairOutcome>> RunAsync(
        IReadOnlyList<KeyPair> wanted,
        IReadOnlyList<RSA> keys,
        CancellationToken cancellation
    )
    {
        await authorities.RefreshAsync(cancellation);
        var working = await stations.FindWorkingAsync([.. wanted.Select(pair => pair.StationId).Distinct()], cancellation);
        var found = await orders.FindManyAsync([.. wanted.Select(pair => pair.OrderId).Distinct()], cancellation);
        var known = (await signedOrders.CheckAsync(found, cancellation)).ToDictionary(order => order.Id);
        return
        [
            .. wanted
                .Zip(keys)
                .Select(pair =>
                    Decide(
                        pair.First,
                        pair.Second,
                        working.GetValueOrDefault(pair.First.StationId),
                        known.GetValueOrDefault(pair.First.OrderId)
                    )
                ),
        ];
    }

    private KeyPairOutcome Decide(KeyPair wanted, RSA key, Station? station, ProductionOrder? order)
    {
        if (station is null)
            return Refuse(wanted, [DecideAtTheKey.NotEnrolled()]);
        // As of when it was asked for, like a device's request.
        var draw = new Draw(order, $"{wanted.OrderId}", station.Name, wanted.RequestedAt);
        var violations = policy.Judge(new KeyPairFacts(wanted.Mac, wanted.Serial, wanted.Product, draw, authorities.Available));
        if (violations.Count > 0)
            return Refuse(wanted, violations);
        if (wanted.Issue == 1 && !order!.HasUnits)
            return Refuse(wanted, [ExhaustedOrder.Explain(order)]);

        try
        {
            var made = SealKeyPair.Run(key, MacAddress.Parse(wanted.Mac), station.Certificate);
            return new KeyPairOutcome(wanted.Id, made, [], ToEntry(wanted, made));
        }
        catch (CryptographicException)
        {
            return Refuse(
                wanted,
                [
                    UnfitRecipient.BrokenBy(
                        "station",
                        "a certificate with an RSA key",
                        station.Name,
                        "Nothing can be encrypted for this station's certificate.",
                        "enrol the station with an RSA key"
                    ),
                ]
            );
        }
    }

    private KeyPairMade ToEntry(KeyPair wanted, MadeKeyPair made) =>
        new()
        {
            At = time.GetUtcNow(),
            Actor = identity.Actor,
            Subject = wanted.Mac,
            Mac = wanted.Mac,
            Serial = wanted.Serial,
            KeyPairId = wanted.Id,
            PublicKeySha256 = Convert.ToHexStringLower(made.PublicKeySha256),
            CsrSha256 = Convert.ToHexStringLower(SHA256.HashData(made.Csr)),
            RecipientSha256 = Convert.ToHexStringLower(made.RecipientSha256),
            EnvelopeSha256 = Convert.ToHexStringLower(SHA256.HashData(made.Envelope)),
        };

    private KeyPairOutcome Refuse(KeyPair wanted, IReadOnlyList<Violation> violations) =>
        new(
            wanted.Id,
            null,
            violations,
            new RequestRefused
            {
                At = time.GetUtcNow(),
                Actor = identity.Actor,
                Subject = wanted.Mac,
                Mac = wanted.Mac,
                Serial = wanted.Serial,
                Where = RequestRefused.AtTheKey,
                Violations = [.. violations.Select(v => new LoggedViolation(v.Code, v.Field, v.Expected, v.Actual, v.Source))],
                PolicyVersion = configuration.PolicyVersion,
                PolicyHash = configuration.Hash,
            }
        );
}

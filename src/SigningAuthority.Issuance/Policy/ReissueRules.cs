using System.Globalization;
using SigningAuthority.Issuance.Devices;
using SigningAuthority.Issuance.Production;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Issuance.Policy;

/// <summary>A unit's certificate before, as it stands.</summary>
/// <param name="Mac">12 upper-case hexadecimal digits.</param>
/// <param name="Issue">1 for the unit's first.</param>
/// <param name="IsRevoked">Its revocation is on record; at the door, which records it with the new request: will be.</param>
public sealed record IssueBefore(RequestState State, string? Mac, string? Serial, string? Product, int Issue, bool IsRevoked)
{
    /// <summary>That it was drawn from, whatever became of the order since: repairs come later. Null for what was made before there were orders.</summary>
    public ProductionOrder? Order { get; init; }

    /// <summary>Who asked for it.</summary>
    public string? Actor { get; init; }

    /// <summary>By name, which a station keeps when it is enrolled again.</summary>
    public bool IsOfStation(string station) => Order?.IsOfStation(station) ?? Actor == "station/" + station;
}

/// <summary>That a device's request follows another one of the same unit.</summary>
/// <param name="Issue">The number that the new certificate gets.</param>
/// <param name="Before">Null where there is none.</param>
public sealed record ReissueFacts(int Issue, IssueBefore? Before);

/// <summary>A unit has one certificate at a time: the next one comes after one that was issued to the same unit, and is revoked.</summary>
internal sealed class ReissueRules : RuleSet<DeviceFacts>
{
    private const string Source = "one device, one certificate: a reissue revokes the one before";

    private static readonly Rule NothingIssued = new("reissue-nothing-issued", Source);
    private static readonly Rule OtherStation = new(
        "reissue-of-another-station",
        "a production order is the only right to its units: another station neither revokes them nor has them certified again"
    );
    private static readonly Rule OtherUnit = new("reissue-of-another-unit", Source);
    private static readonly Rule OutOfTurn = new("reissue-out-of-turn", Source);
    private static readonly Rule TooOften = new("reissue-too-often", "policies/policy.json device.mostReissues");
    private static readonly Rule NotRevoked = new("reissue-not-revoked", Source);

    private readonly int _most;

    /// <param name="mostReissues">Of one unit.</param>
    public ReissueRules(int mostReissues)
    {
        _most = mostReissues;
        Check(facts => facts.Reissue is { } reissue ? Find(facts, reissue) : []);
    }

    // What no rule here can find out is whether the station asked: that is the door's word. A door that lies has the units of the station
    // that it speaks for reissued, so often and no more, and as many under one order as it has units (0016_reissues.sql).
    private IEnumerable<Violation> Find(DeviceFacts facts, ReissueFacts reissue)
    {
        if (reissue.Before is { } found && facts.Draw is { } draw && !found.IsOfStation(draw.Station))
        {
            // Nothing more is said of the unit.
            yield return OtherStation.BrokenBy(
                "reissue",
                "a unit of an order of this station",
                "another station's unit",
                "The unit was drawn from an order that is not this station's.",
                "repair the unit at a station of its order, or have it made again under an order of this one"
            );
            yield break;
        }

        if (reissue.Before is not { State: RequestState.Issued } before)
        {
            yield return NothingIssued.BrokenBy(
                "reissue",
                "a unit that has a certificate",
                reissue.Before is { } other ? $"one whose request is {other.State}" : "one that has none",
                "Nothing was issued to this unit that a reissue could follow.",
                "send the same request without \"reissue\""
            );
            yield break;
        }

        var isSameMac = MacAddress.TryParse(facts.Mac, out var mac) && mac.Upper == before.Mac;
        if (!isSameMac || facts.Serial != before.Serial || facts.Product != before.Product)
            yield return OtherUnit.BrokenBy(
                "serial",
                $"{before.Mac}, {before.Serial}, {before.Product}",
                $"{facts.Mac}, {facts.Serial}, {facts.Product}",
                "The certificate before is of another address, serial number or product.",
                "read the unit's label again"
            );
        if (reissue.Issue != before.Issue + 1)
            yield return OutOfTurn.BrokenBy(
                "reissue",
                $"issue {before.Issue + 1}",
                $"issue {reissue.Issue}",
                "The request does not follow the unit's newest certificate.",
                "send the same request again"
            );
        if (reissue.Issue - 1 > _most)
            yield return TooOften.BrokenBy(
                "reissue",
                string.Create(CultureInfo.InvariantCulture, $"at most {_most} reissues of a unit"),
                string.Create(CultureInfo.InvariantCulture, $"reissue {reissue.Issue - 1}"),
                "The unit was reissued as often as a unit may be.",
                "find out why this unit needs so many certificates; whoever keeps ca-config may raise the bound"
            );
        if (!before.IsRevoked)
            yield return NotRevoked.BrokenBy(
                "reissue",
                "a certificate before whose revocation is on record",
                "one that is not revoked",
                "The unit's certificate before is not revoked.",
                "send the same request again; if it happens again, call the operator"
            );
    }
}

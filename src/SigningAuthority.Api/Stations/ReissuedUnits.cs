using SigningAuthority.Api.Requests;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Production;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.Production;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Api.Stations;

/// <summary>What a reissue finds of its unit at the door.</summary>
/// <param name="Facts">For the policy.</param>
/// <param name="Repeated">The reissue was accepted before; then nothing else counts.</param>
/// <param name="Conflict">Another certificate is meant than the unit has.</param>
internal sealed record FoundUnit(UnitIssue? Newest, ReissueFacts Facts, SigningRequestRecord? Repeated, Violation? Conflict);

/// <summary>Looks at the units of those submissions in a group that ask for a reissue.</summary>
internal sealed class ReissuedUnits(Units units, ProductionOrders orders)
{
    private static readonly Rule SameKey = new("reissue-needs-new-key", "a key whose certificate is revoked is never certified again");
    private static readonly Rule OtherCertificate = new(
        "reissue-of-another-certificate",
        "one device, one certificate: a reissue replaces the one that the station means, and none that came meanwhile"
    );

    /// <summary>In the order of the submissions; null for those that ask for no reissue.</summary>
    public async Task<IReadOnlyList<FoundUnit?>> FindAsync(IReadOnlyList<Intake> group, CancellationToken cancellation)
    {
        var asking = group.Where(intake => intake.Submission is { Reissue: not null, PlainMac: not null }).ToList();
        if (asking.Count == 0)
            return new FoundUnit?[group.Count];

        var newest = await units.FindNewestAsync([.. asking.Select(intake => intake.Submission.PlainMac!).Distinct()], cancellation);
        var drawnFrom = await orders.FindOfAsync(newest.Values.Select(unit => unit.Request.OrderId), cancellation);
        return
        [
            .. group.Select(intake =>
                intake.Submission is { Reissue: { } asked, PlainMac: { } mac }
                    ? Look(intake, asked, newest.GetValueOrDefault(mac), drawnFrom)
                    : null
            ),
        ];
    }

    /// <summary>The row goes after the unit's newest, for its own reason.</summary>
    public static NewSigningRequest Follow(NewSigningRequest row, ReissueAsked asked, FoundUnit unit) =>
        row with
        {
            Issue = unit.Facts.Issue,
            ReissueReason = asked.Reason,
            Note = asked.Note,
            Succession = new Succession(unit.Newest!.Request.Id, SuccessionKind.Replacement),
        };

    private static FoundUnit Look(Intake intake, ReissueAsked asked, UnitIssue? unit, IReadOnlyDictionary<Guid, ProductionOrder> drawnFrom)
    {
        if (unit is not { Request: var newest })
            return new FoundUnit(null, new ReissueFacts(2, null), null, null);

        var before = new IssueBefore(newest.State, newest.Mac, newest.Serial, newest.Product, newest.Issue, IsRevoked: true)
        {
            Order = drawnFrom.GetValueOrDefault(newest.OrderId ?? default),
            Actor = newest.SubmittedBy,
        };
        var facts = new ReissueFacts(newest.Issue + 1, before);
        // Another station's: the policy refuses it, and nothing is said of the unit.
        if (!before.IsOfStation(KnownOrders.StationOf(intake.Station)))
            return new FoundUnit(unit, facts, null, null);

        var hasItsKey = intake.Submission.Request is { } csr && csr.Key.Sha256.AsSpan().SequenceEqual(newest.PublicKeySha256);
        return hasItsKey && newest.Issue > 1 ? new FoundUnit(unit, facts, newest, null)
            : hasItsKey ? new FoundUnit(unit, facts, null, NeedsNewKey(unit))
            : new FoundUnit(unit, facts, null, FindOther(asked, unit));
    }

    private static Violation NeedsNewKey(UnitIssue unit) =>
        SameKey.BrokenBy(
            "csr.publicKey",
            "a new key",
            "the key of the certificate that is to be replaced",
            "The reissue is for the key that the unit has its certificate for.",
            "let the unit make a new key" + (unit.IsRevoked ? "" : "; without \"reissue\" this request gets its certificate again")
        );

    /// <summary>Two stations, or one that asks twice with new keys, must not revoke each other's: from the second reissue on the one before is named.</summary>
    private static Violation? FindOther(ReissueAsked asked, UnitIssue unit)
    {
        var (newest, serialNumbers) = (unit.Request, string.Join(", ", unit.CertificateSerialNumbers));
        var isMeant = asked.Of is { } of
            ? newest.State != RequestState.Issued || unit.CertificateSerialNumbers.Contains(of.ToUpperInvariant())
            : newest.Issue == 1;
        return isMeant
            ? null
            : OtherCertificate.BrokenBy(
                "reissue.of",
                newest.State == RequestState.Issued ? serialNumbers : $"the certificate of request {newest.Id}, which is being signed",
                asked.Of ?? "the unit's first certificate",
                $"The unit was reissued on {newest.SubmittedAt:O}; that certificate is the one it has.",
                newest.State == RequestState.Issued
                    ? $"if that one is to be replaced: \"reissue\": {{\"reason\": \"rework\", \"of\": \"{serialNumbers}\"}}"
                    : "wait until it is signed, and name it as \"of\" if it is to be replaced"
            );
    }
}

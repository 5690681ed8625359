using SigningAuthority.Api.Access;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.Production;

namespace SigningAuthority.Api.Stations;

/// <summary>
/// A station that repeats what was accepted before gets what it got before, whatever became of the order meanwhile: it may have ended,
/// been closed or used up while the answer was on its way. It is one of that order's stations, or else it is told nothing of the unit.
/// </summary>
internal sealed class RepeatedDevices(Units units, ProductionOrders orders)
{
    public async Task ReplaceAsync(IReadOnlyList<Intake> group, IntakeOutcome?[] outcomes, CancellationToken cancellation)
    {
        var refused = Enumerable
            .Range(0, group.Count)
            .Where(i =>
                outcomes[i] is { Refused: not null }
                && group[i].Submission is { Request: not null, PlainMac: not null, Reissue: null, Violations.Count: 0 }
            )
            .ToList();
        if (refused.Count == 0)
            return;

        var newest = await units.FindNewestAsync([.. refused.Select(i => group[i].Submission.PlainMac!).Distinct()], cancellation);
        var drawnFrom = await orders.FindOfAsync(newest.Values.Select(unit => unit.Request.OrderId), cancellation);
        foreach (var i in refused)
        {
            if (
                newest.TryGetValue(group[i].Submission.PlainMac!, out var unit)
                && IsSame(group[i].Submission, unit)
                && IsOfStation(unit, group[i].Station)
            )
                outcomes[i] = IntakeOutcome.Repeat(unit.Request);
        }

        bool IsOfStation(UnitIssue unit, Caller station) =>
            unit.Request.OrderId is { } order && drawnFrom.TryGetValue(order, out var found)
                ? found.IsOfStation(KnownOrders.StationOf(station))
                : unit.Request.SubmittedBy == station.Actor;
    }

    private static bool IsSame(DeviceSubmission submission, UnitIssue unit) =>
        unit.Request.State is RequestState.Queued or RequestState.Signing or RequestState.Issued
        && submission.Serial == unit.Request.Serial
        && submission.Product == unit.Request.Product
        && submission.Request!.Key.Sha256.AsSpan().SequenceEqual(unit.Request.PublicKeySha256);
}

using SigningAuthority.Api.Access;
using SigningAuthority.Api.Problems;
using SigningAuthority.Api.Publication;
using SigningAuthority.Api.Requests;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Production;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.Production;

namespace SigningAuthority.Api.Stations.Reservations;

/// <summary>
/// POST /api/v1/station/reservations: units of an order are held for a line that may lose its link. Whatever others draw meanwhile, the
/// line's units can be drawn when the link is there again.
/// </summary>
internal sealed class ReserveUnits(
    KnownOrders orders,
    IssuancePolicy policy,
    FreeUnits free,
    ReservedUnits reservations,
    PublishedAuthorities authorities,
    RefuseAtDoor refuse,
    TimeProvider time
) : IDisposable
{
    private const string Example = """{"key":"line-1.week-47","order":"week-47","product":"SPA962","units":500,"hours":72,"assign":true}""";
    private const int UsualHours = 24;
    private const int Rounds = 8;

    // Addresses are looked for by one request at a time: several would find the same.
    private readonly SemaphoreSlim _assigning = new(1);

    public async Task<IResult> HandleAsync(HttpContext context)
    {
        var station = Caller.Of(context);
        var body = await ReadBody.ReadAsync(context.Request);
        if (body.Defect is { } defect)
            return await RefuseAsync(station, null, [defect]);
        using var json = JsonEnvelope.Read(body.Octets, Example);
        json.RequireKnown(["key", "order", "product", "units", "hours", "assign"]);
        var (key, name, product) = (json.Text("key"), json.Text("order"), json.Text("product"));
        var (units, hours, assigns) = (json.Number("units") ?? 0, json.Number("hours") ?? UsualHours, json.Flag("assign"));
        if (json.Violations.Count > 0)
            return await RefuseAsync(station, key, json.Violations);

        var order = name is null ? null : await orders.FindAsync(name, context.RequestAborted);
        var draw = new Draw(order, name, KnownOrders.StationOf(station), time.GetUtcNow());
        var facts = new ReservationFacts(key, draw, product, units, hours, assigns);
        if (key is not null && await reservations.FindAsync(station.Id, key, context.RequestAborted) is { } earlier)
            return await RepeatAsync(station, facts, earlier);

        List<Violation> violations = [.. EnvelopeDefects.FindKeys(("key", key), ("product", product)), .. policy.Judge(facts)];
        return violations.Count > 0 || order is null
            ? await RefuseAsync(station, key, violations)
            : await ReserveAsync(station, facts, order);
    }

    public void Dispose() => _assigning.Dispose();

    private async Task<IResult> ReserveAsync(Caller station, ReservationFacts facts, ProductionOrder order)
    {
        await _assigning.WaitAsync();
        try
        {
            for (var round = 0; round < Rounds; round++)
            {
                var made = await MakeAsync(station, facts, order);
                if (Judge(facts, made) is { Count: > 0 } violations)
                    return await RefuseAsync(station, facts.Key, violations);
                var obstacle = await reservations.AddAsync(made, ToEntry(station, made));
                if (obstacle == ReservationObstacle.OrderQuantity)
                    return await RefuseAsync(station, facts.Key, [UnmetReservation.Explain(order, facts.Units)]);
                if (obstacle is null && await reservations.FindAsync(station.Id, made.Key) is { } stored)
                    return stored.Id == made.Id
                        ? Results.Json(ReservationView.Of(stored, whole: true), statusCode: StatusCodes.Status201Created)
                        : await RepeatAsync(station, facts, stored);
            }
        }
        finally
        {
            _assigning.Release();
        }

        return ProblemKinds.Unavailable.Because("Others draw the same addresses at this moment. Nothing was reserved: ask again.").After(1);
    }

    private async Task<Reservation> MakeAsync(Caller station, ReservationFacts facts, ProductionOrder order)
    {
        var (macs, serials) = facts.Assigns
            ? (await free.FindMacsAsync(order, facts.Units), await free.FindSerialsAsync(order, facts.Units))
            : ([], []);
        var until = time.GetUtcNow().AddHours(facts.Hours);
        return new Reservation(
            Guid.CreateVersion7(),
            station.Id,
            order.Id,
            order.Name,
            facts.Key!,
            facts.Units,
            facts.Product!,
            macs,
            serials,
            until < order.NotAfter ? until : order.NotAfter
        );
    }

    /// <summary>What is assigned must be enough, and such that policy lets it be drawn.</summary>
    private IReadOnlyList<Violation> Judge(ReservationFacts facts, Reservation made)
    {
        if (!facts.Assigns)
            return [];
        var labels = made.Serials.Count;
        if (made.Macs.Count < made.Units || (labels > 0 && labels < made.Units))
            return
            [
                UnmetReservation.ExplainNumbers(made.Order, made.Units, Math.Min(made.Macs.Count, labels > 0 ? labels : made.Macs.Count)),
            ];
        for (var unit = 0; unit < made.Units; unit++)
        {
            // Where labels are the line's own, one that nobody minds stands for them.
            var serial = made.Serials.ElementAtOrDefault(unit) ?? "0";
            var identity = new DeviceIdentity(made.Macs[unit], serial, made.Product, authorities.Available)
            {
                Profile = facts.Draw.Order!.Profile,
            };
            if (policy.Judge(identity) is { Count: > 0 } violations)
                return violations;
        }

        return [];
    }

    /// <summary>The same reservation again; another one under its name is refused, for the line would take it for what it asked for.</summary>
    private async Task<IResult> RepeatAsync(Caller station, ReservationFacts facts, Reservation earlier) =>
        earlier.Order == facts.Draw.Name
        && earlier.Product == facts.Product
        && earlier.Units == facts.Units
        && earlier.Macs.Count > 0 == facts.Assigns
            ? Results.Json(ReservationView.Of(earlier, whole: true))
            : await refuse.AsAsync(
                ProblemKinds.ReservationConflict,
                new Refusal(
                    station.Actor,
                    [UnmetReservation.ExplainKey(earlier.Key, earlier.Order, earlier.Product, earlier.Units)],
                    Subject: earlier.Key
                )
            );

    private ReservationMade ToEntry(Caller station, Reservation made) =>
        new()
        {
            At = time.GetUtcNow(),
            Actor = station.Actor,
            Subject = made.Order,
            ReservationId = made.Id,
            Key = made.Key,
            Order = made.Order,
            Product = made.Product,
            Units = made.Units,
            FirstMac = made.Macs is [var mac, ..] ? mac : null,
            FirstSerial = made.Serials is [var serial, ..] ? serial : null,
            ExpiresAt = made.ExpiresAt,
        };

    private Task<ProblemResult> RefuseAsync(Caller station, string? key, IReadOnlyList<Violation> violations) =>
        refuse.AsAsync(EnvelopeDefects.KindOf(violations), new Refusal(station.Actor, violations, Subject: key));
}

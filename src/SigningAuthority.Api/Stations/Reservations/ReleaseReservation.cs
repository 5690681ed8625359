using SigningAuthority.Api.Access;
using SigningAuthority.Api.Problems;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.Production;

namespace SigningAuthority.Api.Stations.Reservations;

/// <summary>DELETE /api/v1/station/reservations/{key}: what is left goes back to the order. Once more changes nothing.</summary>
internal sealed class ReleaseReservation(ReservedUnits reservations, TimeProvider time)
{
    public async Task<IResult> HandleAsync(HttpContext context, string key)
    {
        var station = Caller.Of(context);
        if (await reservations.FindAsync(station.Id, key, context.RequestAborted) is not { } found)
            return ProblemKinds.NotFound.Because("This station has no reservation of that name.");

        await reservations.ReleaseAsync(found.Id, ended => ended.ToEntry(station.Actor, time.GetUtcNow()));
        return Results.Json(ReservationView.Of((await reservations.FindAsync(station.Id, key))!, whole: false));
    }
}

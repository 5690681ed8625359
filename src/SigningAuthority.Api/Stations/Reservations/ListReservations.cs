using SigningAuthority.Api.Access;
using SigningAuthority.Storage.Production;

namespace SigningAuthority.Api.Stations.Reservations;

/// <summary>GET /api/v1/station/reservations: the caller's own.</summary>
internal sealed class ListReservations(ReservedUnits reservations)
{
    public async Task<IResult> HandleAsync(HttpContext context) =>
        Results.Json(
            new ReservationList([
                .. (await reservations.ListAsync(Caller.Of(context).Id, context.RequestAborted)).Select(reservation =>
                    ReservationView.Of(reservation, whole: false)
                ),
            ])
        );
}

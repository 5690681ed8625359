using SigningAuthority.Api.Description;
using SigningAuthority.Storage.Production;

namespace SigningAuthority.Api.Stations.Reservations;

internal static class ReservationEndpoints
{
    public static IServiceCollection AddReservations(this IServiceCollection services) =>
        services
            .AddSingleton<ReservedUnits>()
            .AddSingleton<FreeUnits>()
            .AddSingleton<ReserveUnits>()
            .AddSingleton<ListReservations>()
            .AddSingleton<ReleaseReservation>();

    public static void MapReservations(this RouteGroupBuilder stations)
    {
        stations
            .MapPost("reservations", (ReserveUnits handler, HttpContext context) => handler.HandleAsync(context))
            .WithName("reserveUnits")
            .WithSummary("Units of an order, held for your line until a moment, with addresses and labels if you wish.")
            .Produces<ReservationView>(201)
            .Produces<ReservationView>()
            .AnswersProblems(400, 409, 413, 422)
            .TakesJson<ReservationRequest>();

        stations
            .MapGet("reservations", (ListReservations handler, HttpContext context) => handler.HandleAsync(context))
            .WithName("listReservations")
            .WithSummary("Your line's reservations, the newest first, and what is left of them.")
            .Produces<ReservationList>();

        stations
            .MapDelete(
                "reservations/{key}",
                (ReleaseReservation handler, HttpContext context, string key) => handler.HandleAsync(context, key)
            )
            .WithName("releaseReservation")
            .WithSummary("Gives back what is left of a reservation.")
            .Produces<ReservationView>()
            .AnswersProblems(404);
    }
}

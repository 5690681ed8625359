using SigningAuthority.Api.Access;
using SigningAuthority.Api.Description;
using SigningAuthority.Api.Receipts;
using SigningAuthority.Api.Stations.KeyPairs;
using SigningAuthority.Api.Stations.Reservations;
using SigningAuthority.Storage.Production;
using SigningAuthority.Storage.Requests;
using SigningAuthority.Storage.Rollover;

namespace SigningAuthority.Api.Stations;

internal static class StationEndpoints
{
    public static IServiceCollection AddStations(this IServiceCollection services) =>
        services
            .AddSingleton<KnownOrders>()
            .AddSingleton<Units>()
            .AddSingleton<ResignedUnits>()
            .AddSingleton<SubmitReissue>()
            .AddSingleton<ReissuedUnits>()
            .AddSingleton<RepeatedDevices>()
            .AddSingleton<RevokedDevices>()
            .AddSingleton<AdmitDevices>()
            .AddSingleton<DeviceIntake>()
            .AddHostedService(provider => provider.GetRequiredService<DeviceIntake>())
            .AddSingleton<RecordHandovers>()
            .AddHostedService(provider => provider.GetRequiredService<RecordHandovers>())
            .AddSingleton<CertifyDevice>()
            .AddSingleton<FinishedKeyPairs>()
            .AddSingleton<ObtainKeyPair>()
            .AddSingleton<CertifyUnit>()
            .AddSingleton<ConfirmKey>()
            .AddSingleton<SubmitDevice>()
            .AddSingleton<SubmitBatch>()
            .AddSingleton<ListOrders>()
            .AddSingleton<DownloadDeviceReceipt>()
            .AddReservations();

    public static void MapStations(this IEndpointRouteBuilder app)
    {
        var stations = app.MapGroup("/api/v1/station")
            .RequireAuthorization(AccessPolicies.Station)
            .WithTags("Stations")
            .AnswersProblems(401, 403, 503);

        stations
            .MapPost("devices", (SubmitDevice handler, HttpContext context) => handler.HandleAsync(context))
            .WithName("certifyDevice")
            .WithSummary("A device's certificate; the same device and key always get the same one.")
            .Produces<DeviceCertificate>(201)
            .Produces<DeviceCertificate>()
            .AnswersProblems(400, 409, 413, 422)
            .TakesJson<DeviceRequest>();

        stations
            .MapPost("batches", (SubmitBatch handler, HttpContext context) => handler.HandleAsync(context))
            .WithName("certifyBatch")
            .WithSummary("Many devices, one JSON object a line; answers come as they are ready. Read while you send.")
            .Produces<BatchAnswer>(200, SubmitBatch.MediaType)
            .AnswersProblems(429)
            .TakesJson<DeviceRequest>(SubmitBatch.MediaType);

        stations
            .MapGet("orders", (ListOrders handler, HttpContext context) => handler.HandleAsync(context))
            .WithName("listOrders")
            .WithSummary("The production orders that the station may draw from, now or later, and how many units each has left.")
            .Produces<IReadOnlyList<OrderView>>();

        stations
            .MapDelete("keys/{id}", (ConfirmKey handler, HttpContext context, string id) => handler.HandleAsync(context, id))
            .WithName("confirmKey")
            .WithSummary("The unit has the key that was made for it: its envelope is erased.")
            .Produces(204)
            .AnswersProblems(404);

        stations
            .MapGet(
                "receipts/{fingerprint}.tlog-proof",
                (DownloadDeviceReceipt handler, HttpContext context, string fingerprint) => handler.HandleAsync(context, fingerprint)
            )
            .WithName("deviceReceipt")
            .WithSummary("The proof that the issuance of a unit's certificate stands in the log; by its SHA-256.")
            .GivesReceipt();

        stations.MapReservations();
    }
}

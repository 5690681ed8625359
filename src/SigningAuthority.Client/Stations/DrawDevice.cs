using System.Net.Http.Json;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Client.Connections;

namespace SigningAuthority.Client.Stations;

/// <summary>What a station sends for one device.</summary>
internal sealed record DeviceRequest(
    string Mac,
    string Serial,
    string Product,
    string Csr,
    string? Order = null,
    DeviceReissue? Reissue = null
);

/// <param name="Of">Serial number of the certificate that is replaced; null for the unit's first.</param>
internal sealed record DeviceReissue(string Reason, string? Note, string? Of);

/// <summary>What it gets.</summary>
internal sealed record DeviceReply(string? Id, string? Status, string? SerialNumber, string? Sha256, string? Certificate);

/// <summary>One device's certificate, asked for by its station.</summary>
internal static class DrawDevice
{
    private const string Path = "/api/v1/station/devices";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task<ServiceReply> SendAsync(ServiceConnection service, DeviceRequest request, CancellationToken cancellation)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, Path);
        message.Content = JsonContent.Create(request, options: ServiceReply.Json);
        return await service.SendAsync(message, Patience, cancellation);
    }

    /// <returns>The exit status.</returns>
    public static async Task<int> RunAsync(ServiceConnection service, DeviceRequest request, string? file, CancellationToken cancellation)
    {
        var reply = await SendAsync(service, request, cancellation);
        if (reply.Problem is { } problem)
            return problem.Print(Console.Error);

        var issued = reply.Parse<DeviceReply>();
        if (issued.Certificate is not { Length: > 0 } pem)
        {
            await Console.Error.WriteLineAsync(
                $"signctl: request {PlainText.Of(issued.Id)} is {PlainText.Of(issued.Status)}; send it again later"
            );
            return ExitCodes.Pending;
        }

        if (file is null)
            await Console.Out.WriteAsync(pem.EndsWith('\n') ? pem : pem + "\n");
        else
            await File.WriteAllTextAsync(file, pem, cancellation);
        await Console.Error.WriteLineAsync(
            $"{PlainText.Of(request.Mac)}: certificate {PlainText.Of(issued.SerialNumber)}, SHA-256 {PlainText.Of(issued.Sha256)}"
        );
        return ExitCodes.Done;
    }
}

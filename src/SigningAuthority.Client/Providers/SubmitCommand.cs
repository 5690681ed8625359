using System.CommandLine;
using System.Net.Http.Headers;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Client.Connections;

namespace SigningAuthority.Client.Providers;

/// <summary><c>signctl submit</c>: sends a provisioning server's CSR, follows it if asked to, saves what was issued.</summary>
internal static class SubmitCommand
{
    public static Command Build()
    {
        var provider = new ProviderOptions();
        var csr = new Argument<string>("CSR") { Description = "The certificate request, PEM or DER." };
        var devices = new Option<string[]>("--device")
        {
            Description = "A device type that will be served (SPA962, SPA504G, …); repeat it.",
            Required = true,
        };
        var key = new Option<string?>("--idempotency-key")
        {
            Description = "Sending again with the same key gives the same request, never a second one.",
        };
        var wait = RequestOptions.Wait();
        var output = new Option<string?>("--out")
        {
            Description = "Folder for the certificates and client roots once issued; waits 60 s unless --wait says otherwise.",
        };
        var command = new DocumentedCommand(
            "submit",
            "Sends a provisioning server's certificate request (CSR).",
            "openssl req -new -newkey rsa:2048 -nodes -sha256 -keyout provserver.key -subj /CN=sprov.callme.com -out provserver.csr",
            "signctl submit provserver.csr --device SPA962 --device SPA504G --wait 60 --out certificates",
            "signctl submit provserver.csr --device SPA2102 --idempotency-key order-4711"
        )
        {
            csr,
            devices,
            key,
            wait,
            output,
        };
        provider.AddTo(command);

        command.SetAction(
            async (parsed, cancellation) =>
            {
                var file = CertificationRequestFile.Read(parsed.GetRequiredValue(csr));
                using var service = provider.Connect(parsed);
                var sent = await SendAsync(service, file, parsed.GetRequiredValue(devices), parsed.GetValue(key), cancellation);
                if (sent.Problem is { } problem)
                    return problem.Print(Console.Error);

                var folder = parsed.GetValue(output);
                var seconds = parsed.GetValue(wait) ?? (folder is null ? 0 : 60);
                return seconds == 0
                    ? RequestReport.Print(sent, ExitCodes.Done)
                    : await RequestCommand.FollowAsync(service, sent.Parse<SigningRequestStatus>().ParsedId, seconds, folder, cancellation);
            }
        );
        return command;
    }

    private static async Task<ServiceReply> SendAsync(
        ServiceConnection service,
        CertificationRequestFile csr,
        string[] devices,
        string? idempotencyKey,
        CancellationToken cancellation
    )
    {
        var query = string.Join('&', devices.Select(device => $"device={Uri.EscapeDataString(device)}"));
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/provider/requests?{query}");
        request.Content = new ByteArrayContent(csr.Bytes);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(csr.MediaType);
        if (idempotencyKey is not null && !request.Headers.TryAddWithoutValidation("Idempotency-Key", idempotencyKey))
            throw new InvalidInputException("the idempotency key holds characters that no header may carry.");
        return await service.SendAsync(request, TimeSpan.FromSeconds(30), cancellation);
    }
}

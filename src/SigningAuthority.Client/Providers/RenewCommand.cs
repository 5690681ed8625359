using System.CommandLine;
using System.Net.Http.Headers;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Client.Connections;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Client.Providers;

/// <summary><c>signctl renew</c>: the next certificates of a server, with a new request or with the one that the service still has.</summary>
internal static class RenewCommand
{
    public static Command Build()
    {
        var provider = new ProviderOptions();
        var id = RequestOptions.Id();
        var csr = new Argument<string?>("CSR")
        {
            Description = "A new certificate request, PEM or DER. Without one the stored request is certified again, and the key stays.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var devices = new Option<string[]>("--device")
        {
            Description = "A device type that will be served; repeat it. Without any: those of the request that is renewed.",
        };
        var replace = new Option<bool>("--replace")
        {
            Description = "The old certificates are superseded once the new ones are issued; needs a CSR with a new key.",
        };
        var wait = RequestOptions.Wait();
        var output = new Option<string?>("--out")
        {
            Description = "Folder for the certificates and client roots once issued; waits 60 s unless --wait says otherwise.",
        };
        var command = new DocumentedCommand(
            "renew",
            "Asks for the next certificates of a server that has some.",
            "signctl renew 0193480c-7a00-7000-8000-5f3c2b1a0d9e provserver.csr --wait 60 --out certificates",
            "signctl renew 0193480c-7a00-7000-8000-5f3c2b1a0d9e",
            "signctl renew 0193480c-7a00-7000-8000-5f3c2b1a0d9e provserver.csr --replace"
        )
        {
            id,
            csr,
            devices,
            replace,
            wait,
            output,
        };
        provider.AddTo(command);

        command.SetAction(
            async (parsed, cancellation) =>
            {
                var request = RequestOptions.ParseId(parsed.GetRequiredValue(id));
                var file = parsed.GetValue(csr) is { } path ? CertificationRequestFile.Read(path) : null;
                if (parsed.GetValue(replace) && file is null)
                    throw new InvalidInputException("--replace needs a CSR with a new key.");
                using var service = provider.Connect(parsed);
                var how = parsed.GetValue(replace) ? "replaces" : "renews";
                var sent = await SendAsync(service, request, how, file, parsed.GetValue(devices) ?? [], cancellation);
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
        SigningRequestId id,
        string how,
        CertificationRequestFile? csr,
        string[] devices,
        CancellationToken cancellation
    )
    {
        var query = string.Concat(devices.Select(device => $"&device={Uri.EscapeDataString(device)}"));
        var path = csr is null
            ? $"/api/v1/provider/requests/{id}/renewal?{query.TrimStart('&')}"
            : $"/api/v1/provider/requests?{how}={id}{query}";
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        if (csr is not null)
        {
            request.Content = new ByteArrayContent(csr.Bytes);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(csr.MediaType);
        }

        return await service.SendAsync(request, TimeSpan.FromSeconds(30), cancellation);
    }
}

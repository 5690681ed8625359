using System.CommandLine;
using SigningAuthority.Client.CommandLine;

namespace SigningAuthority.Client.Providers;

/// <summary><c>signctl download</c>: an issued request's certificates, every generation and format, with the client roots.</summary>
internal static class DownloadCommand
{
    public static Command Build()
    {
        var provider = new ProviderOptions();
        var id = RequestOptions.Id();
        var output = new Option<string>("--out")
        {
            Description = "Folder to save into; made if missing, files there are replaced.",
            Required = true,
        };
        var command = new DocumentedCommand(
            "download",
            "Saves an issued request's certificates (provserver-GENERATION.crt in PEM, .der, .p7b) and the client roots (spacroot.crt, client-bundle.pem).",
            "signctl download 0193480c-7a00-7000-8000-5f3c2b1a0d9e --out certificates"
        )
        {
            id,
            output,
        };
        provider.AddTo(command);

        command.SetAction(
            async (parsed, cancellation) =>
            {
                var request = RequestOptions.ParseId(parsed.GetRequiredValue(id));
                using var service = provider.Connect(parsed);
                var reply = await service.GetAsync($"/api/v1/provider/requests/{request}", TimeSpan.FromSeconds(30), cancellation);
                var exitCode = RequestReport.Print(reply, ExitCodes.Pending);
                if (exitCode == ExitCodes.Pending)
                    await Console.Error.WriteLineAsync("signctl: nothing is issued yet");
                if (exitCode != ExitCodes.Done)
                    return exitCode;

                var problem = await SaveCertificates.RunAsync(
                    service,
                    reply.Parse<SigningRequestStatus>(),
                    parsed.GetRequiredValue(output),
                    cancellation
                );
                return problem?.Print(Console.Error) ?? ExitCodes.Done;
            }
        );
        return command;
    }
}

using System.CommandLine;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Client.Connections;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Client.Providers;

/// <summary><c>signctl request</c>: where a request stands.</summary>
internal static class RequestCommand
{
    public static Command Build()
    {
        var provider = new ProviderOptions();
        var id = RequestOptions.Id();
        var wait = RequestOptions.Wait();
        var command = new DocumentedCommand(
            "request",
            "Shows where a request stands, and waits for its result if asked to.",
            "signctl request 0193480c-7a00-7000-8000-5f3c2b1a0d9e",
            "signctl request 0193480c-7a00-7000-8000-5f3c2b1a0d9e --wait 60"
        )
        {
            id,
            wait,
        };
        provider.AddTo(command);

        command.SetAction(
            async (parsed, cancellation) =>
            {
                var request = RequestOptions.ParseId(parsed.GetRequiredValue(id));
                using var service = provider.Connect(parsed);
                return await FollowAsync(service, request, parsed.GetValue(wait) ?? 0, folder: null, cancellation);
            }
        );
        return command;
    }

    /// <summary>Follows, prints, and saves into <paramref name="folder"/> if one is given and the request was issued.</summary>
    public static async Task<int> FollowAsync(
        ServiceConnection service,
        SigningRequestId id,
        int seconds,
        string? folder,
        CancellationToken cancellation
    )
    {
        var reply = await Progress.ShowAsync(
            $"waiting for request {id}",
            _ => FollowRequest.RunAsync(service, id, TimeSpan.FromSeconds(seconds), TimeProvider.System, cancellation)
        );
        var exitCode = RequestReport.Print(reply, seconds > 0 ? ExitCodes.Pending : ExitCodes.Done);
        if (folder is null || exitCode != ExitCodes.Done)
            return exitCode;

        var problem = await SaveCertificates.RunAsync(service, reply.Parse<SigningRequestStatus>(), folder, cancellation);
        return problem?.Print(Console.Error) ?? ExitCodes.Done;
    }
}

using System.CommandLine;
using System.Net.Http.Json;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Client.Connections;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Client.Providers;

/// <summary><c>signctl withdraw</c>: takes a request back before it is signed.</summary>
internal static class WithdrawCommand
{
    public static Command Build()
    {
        var provider = new ProviderOptions();
        var id = RequestOptions.Id();
        var reason = new Option<string?>("--reason") { Description = "Why; kept in the authority's log." };
        var command = new DocumentedCommand(
            "withdraw",
            "Takes a request back, as long as the key room has not begun with it.",
            "signctl withdraw 0193480c-7a00-7000-8000-5f3c2b1a0d9e --reason \"the wrong name\""
        )
        {
            id,
            reason,
        };
        provider.AddTo(command);
        command.SetAction(
            async (parsed, cancellation) =>
            {
                using var service = provider.Connect(parsed);
                var reply = await SendAsync(
                    service,
                    RequestOptions.ParseId(parsed.GetRequiredValue(id)),
                    parsed.GetValue(reason),
                    cancellation
                );
                if (reply.Problem is { } problem)
                    return problem.Print(Console.Error);
                Console.Out.WriteLine(
                    Console.IsOutputRedirected ? reply.Text : $"request {PlainText.Of(reply.Parse<SigningRequestStatus>().Id)} is withdrawn"
                );
                return ExitCodes.Done;
            }
        );
        return command;
    }

    private static async Task<ServiceReply> SendAsync(
        ServiceConnection service,
        SigningRequestId id,
        string? reason,
        CancellationToken cancellation
    )
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/provider/requests/{id}/withdrawal");
        if (reason is not null)
            message.Content = JsonContent.Create(new { reason });
        return await service.SendAsync(message, TimeSpan.FromSeconds(30), cancellation);
    }
}

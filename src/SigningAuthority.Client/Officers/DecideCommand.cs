using System.CommandLine;
using System.Net.Http.Json;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Client.Connections;
using SigningAuthority.Client.Providers;
using SigningAuthority.Issuance.Approvals;

namespace SigningAuthority.Client.Officers;

/// <summary><c>signctl officer approve</c> and <c>refuse</c>: shows the request, signs the statement about it, sends both.</summary>
internal static class DecideCommand
{
    public static Command BuildApprove() =>
        Build(
            "approve",
            OfficerVerdict.Approve,
            "Approves a request: signs a statement about it with your own key. The authority's key room verifies that signature itself.",
            "signctl officer approve 0193480c-7a00-7000-8000-5f3c2b1a0d9e --reason \"called the customer back\" --key officer.key"
        );

    public static Command BuildRefuse() =>
        Build(
            "refuse",
            OfficerVerdict.Refuse,
            "Refuses a request, for good: its provider reads the reason.",
            "signctl officer refuse 0193480c-7a00-7000-8000-5f3c2b1a0d9e --reason \"the name is another customer's\" --key officer.key"
        );

    private static DocumentedCommand Build(string name, OfficerVerdict verdict, string description, string example)
    {
        var officer = new OfficerOptions();
        var id = RequestOptions.Id();
        var reason = new Option<string>("--reason") { Description = "Why: 3 to 500 characters, kept in the log.", Required = true };
        var key = new Option<string>("--key") { Description = "Your private key, as 'officer keygen' made it.", Required = true };
        var command = new DocumentedCommand(name, description, example) { id, reason, key };
        officer.AddTo(command);
        command.SetAction(
            async (parsed, cancellation) =>
            {
                using var service = officer.Connect(parsed);
                var (request, reply) = await ReviewedRequest.ReadAsync(
                    service,
                    RequestOptions.ParseId(parsed.GetRequiredValue(id)),
                    cancellation
                );
                if (request is null)
                    return reply.Problem!.Print(Console.Error);
                if (request.Statement is null)
                {
                    await Console.Error.WriteLineAsync($"signctl: the request waits for nobody: it is {PlainText.Of(request.Status)}");
                    return ExitCodes.Refused;
                }

                if (!Console.IsOutputRedirected)
                    ReviewPage.Print(request);
                var (officerName, officerId) = request.ToOfficer();
                var statement = new ApprovalStatement(
                    request.ToSubject(),
                    verdict,
                    parsed.GetRequiredValue(reason),
                    officerName,
                    officerId,
                    TimeProvider.System.GetUtcNow()
                );
                var signature = OfficerKeyFile.Sign(parsed.GetRequiredValue(key), statement.Encode());
                return await SendAsync(service, request.Id, statement, signature, cancellation);
            }
        );
        return command;
    }

    private static async Task<int> SendAsync(
        ServiceConnection service,
        string id,
        ApprovalStatement statement,
        byte[] signature,
        CancellationToken cancellation
    )
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/officer/requests/{id}/decisions")
        {
            Content = JsonContent.Create(new { statement = statement.ToString(), signature = Convert.ToBase64String(signature) }),
        };
        var reply = await service.SendAsync(message, TimeSpan.FromSeconds(30), cancellation);
        if (reply.Problem is { } problem)
            return problem.Print(Console.Error);

        var settled = reply.Parse<ReviewedRequest>();
        if (Console.IsOutputRedirected)
            Console.Out.WriteLine(reply.Text);
        else
            Console.Out.WriteLine(
                $"recorded; {PlainText.Of(settled.Fqdn)} is {PlainText.Of(settled.Status)}, {settled.ApprovalsGiven} of {settled.ApprovalsNeeded} approvals"
            );
        return ExitCodes.Done;
    }
}

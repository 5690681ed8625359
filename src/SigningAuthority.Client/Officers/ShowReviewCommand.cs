using System.CommandLine;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Client.Providers;

namespace SigningAuthority.Client.Officers;

/// <summary><c>signctl officer show</c>: one request, on one page.</summary>
internal static class ShowReviewCommand
{
    public static Command Build()
    {
        var officer = new OfficerOptions();
        var id = RequestOptions.Id();
        var command = new DocumentedCommand(
            "show",
            "Shows all there is to decide by: the CSR's facts, which phones accept it, DNS, the provider's history, names that look alike, decisions so far. JSON when redirected.",
            "signctl officer show 0193480c-7a00-7000-8000-5f3c2b1a0d9e"
        )
        {
            id,
        };
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

                request.ToSubject();
                if (Console.IsOutputRedirected)
                    Console.Out.WriteLine(reply.Text);
                else
                    ReviewPage.Print(request);
                return ExitCodes.Done;
            }
        );
        return command;
    }
}

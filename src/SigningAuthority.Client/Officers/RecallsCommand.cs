using System.CommandLine;
using SigningAuthority.Client.CommandLine;

namespace SigningAuthority.Client.Officers;

/// <summary><c>signctl officer recalls</c>: recalls, the newest first; of one the very set too.</summary>
internal static class RecallsCommand
{
    public static Command Build()
    {
        var officer = new OfficerOptions();
        var id = new Argument<Guid?>("id") { Description = "One recall: its certificates, a line each.", Arity = ArgumentArity.ZeroOrOne };
        var command = new DocumentedCommand(
            "recalls",
            "Lists recalls: many certificates that an operator wants revoked, held or released at once. With an id: the certificates of one.",
            "signctl officer recalls",
            "signctl officer recalls 0193480c-7a00-7000-8000-5f3c2b1a0d9e"
        )
        {
            id,
        };
        officer.AddTo(command);
        command.SetAction(
            async (parsed, cancellation) =>
            {
                using var service = officer.Connect(parsed);
                var path = parsed.GetValue(id) is { } recall ? $"/{recall:D}/members" : "";
                var reply = await service.GetAsync("/api/v1/officer/recalls" + path, TimeSpan.FromMinutes(2), cancellation);
                if (reply.Problem is { } problem)
                    return problem.Print(Console.Error);
                if (path.Length > 0 || Console.IsOutputRedirected)
                    Console.Out.WriteLine(reply.Text.TrimEnd('\n'));
                else
                    foreach (var shown in reply.Parse<IReadOnlyList<ShownRecall>>())
                        Console.Out.WriteLine(PlainText.Of(shown.Describe()));
                return ExitCodes.Done;
            }
        );
        return command;
    }
}

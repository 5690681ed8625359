using System.CommandLine;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Client.Providers;
using Spectre.Console;

namespace SigningAuthority.Client.Names;

/// <summary><c>signctl name list</c>: the provider's names, how it came by them, and what is still to be proven.</summary>
internal static class ListCommand
{
    public static Command Build()
    {
        var provider = new ProviderOptions();
        var command = new DocumentedCommand("list", "Shows your names, and challenges that are open.", "signctl name list");
        provider.AddTo(command);
        command.SetAction(
            async (parsed, cancellation) =>
            {
                using var service = provider.Connect(parsed);
                var reply = await service.GetAsync("/api/v1/provider/names", TimeSpan.FromSeconds(30), cancellation);
                if (reply.Problem is { } problem)
                    return problem.Print(Console.Error);
                if (Console.IsOutputRedirected)
                    Console.Out.WriteLine(reply.Text);
                else
                    Print(reply.Parse<NameList>());
                return ExitCodes.Done;
            }
        );
        return command;
    }

    private static void Print(NameList list)
    {
        var names = new Table().AddColumns("name", "covers", "by", "status", "until (UTC)", "looked at again");
        foreach (var name in list.Names)
            names.AddRow(
                Cells(
                    name.Name,
                    name.IncludeSubdomains ? "it and below" : "it alone",
                    name.Method is null ? name.Source : $"{name.Source}, {name.Method}",
                    name.Seen is null ? name.Status : $"{name.Status}: {name.Seen}",
                    name.ValidUntil?.ToString("yyyy-MM-dd"),
                    name.ReproveFrom?.ToString("yyyy-MM-dd")
                )
            );
        AnsiConsole.Write(names);
        if (list.Challenges.Count == 0)
            return;

        var open = new Table().AddColumns("to prove", "covers", "status", "what must stand there", "open until (UTC)");
        foreach (var challenge in list.Challenges)
            open.AddRow(
                Cells(
                    challenge.Name,
                    challenge.IncludeSubdomains ? "it and below" : "it alone",
                    challenge.LastCheck is { } check ? $"{challenge.Status}: {check.Seen}" : challenge.Status,
                    challenge.How,
                    challenge.ExpiresAt.ToString("yyyy-MM-dd HH:mm")
                )
            );
        AnsiConsole.Write(open);
    }

    private static string[] Cells(params string?[] texts) => [.. texts.Select(text => Markup.Escape(PlainText.Of(text)))];
}

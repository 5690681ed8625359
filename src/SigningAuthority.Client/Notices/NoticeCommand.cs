using System.CommandLine;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Client.Connections;
using SigningAuthority.Client.Providers;
using Spectre.Console;

namespace SigningAuthority.Client.Notices;

/// <summary><c>signctl notice</c>: what the provider was told, is about to be told, and could not be told.</summary>
internal static class NoticeCommand
{
    private static readonly string[] States = ["Pending", "Delivering", "Delivered", "Failed", "Superseded", "Skipped"];

    public static Command Build() =>
        new DocumentedCommand("notice", "What you are told, and what became of it.", "signctl notice list --state Failed") { BuildList() };

    private static DocumentedCommand BuildList()
    {
        var provider = new ProviderOptions();
        var state = new Option<string?>("--state") { Description = string.Join(", ", States) + "." };
        state.AcceptOnlyFromAmong(States);
        var limit = new Option<int>("--limit")
        {
            Description = "At most so many, the newest first; 1 to 200.",
            DefaultValueFactory = _ => 50,
        };
        var command = new DocumentedCommand(
            "list",
            "Lists notices with their state, attempts and last error, the newest first.",
            "signctl notice list",
            "signctl notice list --state Failed --limit 10"
        )
        {
            state,
            limit,
        };
        provider.AddTo(command);
        command.SetAction(
            async (parsed, cancellation) =>
            {
                using var service = provider.Connect(parsed);
                var only = parsed.GetValue(state) is { } wanted ? $"&state={wanted}" : "";
                var reply = await service.CallAsync(
                    HttpMethod.Get,
                    $"/api/v1/provider/notices?limit={parsed.GetValue(limit)}{only}",
                    cancellation
                );
                if (reply.Problem is not null || Console.IsOutputRedirected)
                    return JsonReport.Print(reply);
                Show(reply.Parse<NoticePage>());
                return ExitCodes.Done;
            }
        );
        return command;
    }

    private static void Show(NoticePage page)
    {
        var table = new Table().AddColumns("id", "about", "contact", "state", "attempts", "last error", "next attempt (UTC)");
        foreach (var notice in page.Notices)
            table.AddPlainRow(
                notice.Id,
                notice.Fqdn is null
                    ? notice.RootsVersion is { } version
                        ? $"roots, version {version}"
                        : notice.Kind
                    : notice.DaysBefore is { } days
                        ? $"{notice.Fqdn} {notice.Generation}, {days} days"
                        : $"{notice.Fqdn} {notice.Generation}, {notice.Kind}",
                notice.Contact.Target,
                notice.State,
                notice.Attempts.ToString(),
                notice.LastError,
                notice.NextAttemptAt?.UtcDateTime.ToString("yyyy-MM-dd HH:mm")
            );
        AnsiConsole.Write(table);
    }

    private sealed record NoticePage(IReadOnlyList<Notice> Notices);

    private sealed record Notice(
        string Id,
        string Kind,
        string State,
        NoticeContact Contact,
        string? Fqdn,
        string? Generation,
        int? DaysBefore,
        long? RootsVersion,
        int Attempts,
        string? LastError,
        DateTimeOffset? NextAttemptAt
    );

    private sealed record NoticeContact(string Target);
}

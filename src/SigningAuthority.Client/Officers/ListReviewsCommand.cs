using System.CommandLine;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Client.Connections;
using Spectre.Console;

namespace SigningAuthority.Client.Officers;

/// <summary><c>signctl officer list</c>: the requests that wait.</summary>
internal static class ListReviewsCommand
{
    public static Command Build()
    {
        var officer = new OfficerOptions();
        var state = new Option<string>("--state")
        {
            Description = "Another state than AwaitingApproval.",
            DefaultValueFactory = _ => "AwaitingApproval",
        };
        var before = new Option<string?>("--before") { Description = "The last id of the page before." };
        var command = new DocumentedCommand(
            "list",
            "Lists requests that wait for officers, the newest first.",
            "signctl officer list",
            "signctl officer list --state Refused"
        )
        {
            state,
            before,
        };
        officer.AddTo(command);
        command.SetAction(
            async (parsed, cancellation) =>
            {
                using var service = officer.Connect(parsed);
                var page = parsed.GetValue(before) is { } id ? $"&before={Uri.EscapeDataString(id)}" : "";
                var reply = await service.GetAsync(
                    $"/api/v1/officer/requests?state={Uri.EscapeDataString(parsed.GetRequiredValue(state))}{page}",
                    TimeSpan.FromSeconds(30),
                    cancellation
                );
                return reply.Problem?.Print(Console.Error) ?? Print(reply);
            }
        );
        return command;
    }

    private static int Print(ServiceReply reply)
    {
        var page = reply.Parse<Page>();
        if (Console.IsOutputRedirected)
        {
            Console.Out.WriteLine(reply.Text);
            return ExitCodes.Done;
        }

        var table = new Table().AddColumns("request", "name", "submitted by", "devices", "approvals", "until (UTC)", "");
        foreach (var request in page.Requests)
        {
            string?[] cells =
            [
                request.Id,
                request.Fqdn,
                request.SubmittedBy,
                string.Join(' ', request.Devices),
                $"{request.ApprovalsGiven} of {request.ApprovalsNeeded}",
                request.ApprovalExpiresAt?.ToString("yyyy-MM-dd HH:mm"),
                request.DecidedByYou ? "you decided" : "",
            ];
            table.AddRow(cells.Select(cell => Markup.Escape(PlainText.Of(cell))).ToArray());
        }

        AnsiConsole.Write(table);
        if (page.Next is not null && page.Requests.Count > 0)
            AnsiConsole.MarkupLineInterpolated($"more: --before {PlainText.Of(page.Requests[^1].Id)}");
        return ExitCodes.Done;
    }

    private sealed record Page(IReadOnlyList<Summary> Requests, string? Next);

    private sealed record Summary(
        string Id,
        string? Fqdn,
        string SubmittedBy,
        IReadOnlyList<string> Devices,
        int ApprovalsNeeded,
        int ApprovalsGiven,
        DateTimeOffset? ApprovalExpiresAt,
        bool DecidedByYou
    );
}

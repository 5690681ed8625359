using SigningAuthority.Client.CommandLine;
using SigningAuthority.Client.Connections;
using SigningAuthority.Issuance.Requests;
using Spectre.Console;

namespace SigningAuthority.Client.Providers;

/// <summary>Shows a request: the service's JSON to a script, a table to a person; reasons always on stderr.</summary>
internal static class RequestReport
{
    /// <param name="pendingExitCode">The exit status of a request without result: "done" for who only asked, "pending" for who waited.</param>
    public static int Print(ServiceReply reply, int pendingExitCode)
    {
        if (reply.Problem is { } problem)
            return problem.Print(Console.Error);

        var request = reply.Parse<SigningRequestStatus>();
        if (Console.IsOutputRedirected)
            Console.Out.WriteLine(reply.Text);
        else
            PrintTable(request);
        return PrintOutcome(request, pendingExitCode);
    }

    private static int PrintOutcome(SigningRequestStatus request, int pendingExitCode)
    {
        switch (request.State)
        {
            case RequestState.Issued:
                return ExitCodes.Done;
            case RequestState.Refused or RequestState.Withdrawn:
                Console.Error.WriteLine($"signctl: request {PlainText.Of(request.Id)} is {PlainText.Of(request.Status)}");
                ViolationList.Print(Console.Error, request.Violations ?? []);
                return ExitCodes.Refused;
            case RequestState.Failed:
                Console.Error.WriteLine(
                    $"signctl: request {PlainText.Of(request.Id)} failed: {PlainText.Of(request.Failure ?? "ask the authority's operator")}"
                );
                return ExitCodes.Fault;
            default:
                return pendingExitCode;
        }
    }

    private static void PrintTable(SigningRequestStatus request)
    {
        AnsiConsole.MarkupLineInterpolated($"request [bold]{PlainText.Of(request.Id)}[/]: [bold]{PlainText.Of(request.Status)}[/]");
        if (request.Certificates is not { Count: > 0 } certificates)
            return;

        var table = new Table().AddColumns("generation", "serial number", "valid until (UTC)", "SHA-256");
        foreach (var certificate in certificates)
        {
            string?[] cells =
            [
                certificate.Generation,
                certificate.SerialNumber,
                certificate.NotAfter?.ToString("yyyy-MM-dd HH:mm"),
                certificate.Sha256,
            ];
            table.AddRow(cells.Select(cell => Markup.Escape(PlainText.Of(cell))).ToArray());
        }

        AnsiConsole.Write(table);
    }
}

using System.Net;
using System.Text.Json;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Issuance.Policy;

namespace SigningAuthority.Client.Connections;

/// <summary>An RFC 9457 problem as the service writes it, and how a person reads it.</summary>
internal sealed record ProblemReport(int Status, string? Type, string? Title, string? Detail, IReadOnlyList<Violation>? Violations)
{
    /// <summary>The problem's stable name.</summary>
    public string? Code { get; init; }

    /// <summary>4xx is a refusal, the rest a fault of the service that may pass.</summary>
    public int ExitCode => Status is >= 400 and < 500 and not (408 or 429) ? ExitCodes.Refused : ExitCodes.Fault;

    /// <summary>Never fails: what is not problem+json (a proxy's page, say) becomes a report of the status alone.</summary>
    public static ProblemReport Read(HttpStatusCode status, string? mediaType, byte[] body)
    {
        var bare = new ProblemReport((int)status, Type: null, status.ToString(), Detail: null, Violations: null);
        if (mediaType is not ("application/problem+json" or "application/json"))
            return bare;
        try
        {
            var read = JsonSerializer.Deserialize<ProblemReport>(body, ServiceReply.Json);
            return read is null ? bare : read with { Status = (int)status, Title = read.Title ?? bare.Title };
        }
        catch (JsonException)
        {
            return bare;
        }
    }

    /// <summary>Prints the report and returns the exit status that goes with it.</summary>
    public int Print(TextWriter output)
    {
        output.WriteLine(
            $"signctl: {(ExitCode == ExitCodes.Refused ? "refused" : "failed")} (HTTP {Status}{(Code is null ? "" : ", " + PlainText.Of(Code))}): {PlainText.Of(Title)}"
        );
        if (!string.IsNullOrEmpty(Detail))
            output.WriteLine($"  {PlainText.Of(Detail)}");
        ViolationList.Print(output, Violations ?? []);
        return ExitCode;
    }
}

using System.CommandLine;
using Microsoft.Extensions.Configuration;
using SigningAuthority.Issuance.Revocations;
using SigningAuthority.Storage.Revocations;

namespace SigningAuthority.Signer.Operators.Revocations;

/// <summary>`operator revocation list`: what was asked for, by whom, and what became of it.</summary>
internal static class ListRevocationsCommand
{
    public static Command Create(IConfiguration settings)
    {
        var limit = new Option<int>("--limit") { DefaultValueFactory = _ => 50, Description = "At most so many, the newest first." };
        var command = new Command(
            "list",
            """
            Lists what was asked for: request, authority, serial number, reason, when, who asked, what it is, what became of it; and recalls.

            Example:
              operator revocation list --limit 10
            """
        )
        {
            limit,
        };
        command.SetAction(
            (parsed, cancellation) =>
                OperatorSession.RunAsync(
                    settings,
                    async session =>
                    {
                        var most = Math.Clamp(parsed.GetValue(limit), 1, 10_000);
                        foreach (var recall in await new Recalls(session.Database).ListAsync(most, cancellation))
                            Console.WriteLine(Describe(recall));
                        foreach (var found in await new RevocationRequests(session.Database).ListAsync(most, cancellation))
                            Console.WriteLine(Describe(found));
                    }
                )
        );
        return command;
    }

    public static string Describe(Recall recall) =>
        $"recall {recall.Id} {recall.Subject.Action.Name()} {Issuance.Certificates.RevocationReasonNames.Name(recall.Subject.Reason)} "
        + $"{recall.Subject.Members} certificates {recall.RequestedAt:yyyy-MM-ddTHH:mm:ssZ} {recall.Subject.RequestedBy} {recall.State} ({recall.Selection})";

    public static string Describe(RecordedRevocation found) =>
        $"{found.RequestId} {found.Authority} {found.SerialNumber.Hex} {found.Reason} {found.At:yyyy-MM-ddTHH:mm:ssZ} {found.RequestedBy} {found.Subject} "
        + (found.Outcome?.ToString() ?? "Pending")
        + (found.Replacement is { } replacement ? $" replaced by {replacement}" : "")
        + (found.Violations.Count > 0 ? $" ({string.Join(", ", found.Violations.Select(violation => violation.Code))})" : "");
}

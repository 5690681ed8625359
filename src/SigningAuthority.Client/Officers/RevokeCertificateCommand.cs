using System.CommandLine;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Client.Connections;
using SigningAuthority.Issuance.Approvals;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Revocations;

namespace SigningAuthority.Client.Officers;

/// <summary><c>signctl officer revoke</c>, <c>hold</c> and <c>release</c>: shows the certificate, signs a statement about it, sends both.</summary>
internal static class RevokeCertificateCommand
{
    public static Command BuildRevoke() =>
        Build(
            "revoke",
            RevocationAction.Revoke,
            "Revokes one certificate, for good: signs a statement with your own key. The authority's key room verifies that signature itself.",
            "signctl officer revoke --authority client --serial-number 4C01A2B3C4D5E6F708192A3B4C5D6E7F --reason keyCompromise --key officer.key"
        );

    public static Command BuildHold() =>
        Build(
            "hold",
            RevocationAction.Hold,
            "Puts a device's certificate on hold: verifiers refuse it until it is released or revoked.",
            "signctl officer hold --authority client --serial-number 4C01A2B3C4D5E6F708192A3B4C5D6E7F --note \"reported missing\" --key officer.key"
        );

    public static Command BuildRelease() =>
        Build(
            "release",
            RevocationAction.Release,
            "Releases a device's certificate that is on hold.",
            "signctl officer release --authority client --serial-number 4C01A2B3C4D5E6F708192A3B4C5D6E7F --note \"found again\" --key officer.key"
        );

    private static DocumentedCommand Build(string name, RevocationAction action, string description, string example)
    {
        var officer = new OfficerOptions();
        var authority = new Option<string>("--authority") { Description = "The certificate's issuer: its id.", Required = true };
        var number = new Option<string>("--serial-number") { Description = "The certificate's, hexadecimal.", Required = true };
        var reasons = RevocationPolicy
            .ReasonsOf(RevocationAsker.Officer, RevocationAction.Revoke)
            .Select(reason => reason.Name())
            .ToArray();
        var reason = new Option<string>("--reason") { Description = string.Join(", ", reasons) + ".", Required = true };
        reason.AcceptOnlyFromAmong(reasons);
        var note = new Option<string?>("--note") { Description = "Why, in your words: signed, and kept in the log." };
        var key = new Option<string>("--key") { Description = "Your private key, as 'officer keygen' made it.", Required = true };
        var command = new DocumentedCommand(name, description, example) { authority, number, note, key };
        if (action == RevocationAction.Revoke)
            command.Options.Add(reason);
        officer.AddTo(command);
        command.SetAction(
            async (parsed, cancellation) =>
            {
                if (!CertificateSerialNumber.TryParse(parsed.GetRequiredValue(number), out var serial))
                    throw new InvalidInputException("--serial-number is hexadecimal, 1 to 20 octets.");
                var why = action.ImpliedReason() ?? RevocationActionNames.ParseReason(parsed.GetRequiredValue(reason));
                using var service = officer.Connect(parsed);
                var reply = await service.GetAsync(
                    $"/api/v1/officer/certificates/{Uri.EscapeDataString(parsed.GetRequiredValue(authority))}/{serial.Hex}",
                    TimeSpan.FromSeconds(30),
                    cancellation
                );
                if (reply.Problem is { } problem)
                    return problem.Print(Console.Error);
                var shown = reply.Parse<ShownCertificate>();
                await Console.Error.WriteLineAsync(
                    PlainText.Of(
                        $"{shown.Kind} {shown.Subject} {shown.Serial}, {shown.Status}, asked for by {shown.SubmittedBy}, until {shown.NotAfter:yyyy-MM-dd}"
                    )
                );
                var statement = new OfficerRevocationStatement(
                    parsed.GetRequiredValue(authority),
                    serial,
                    action,
                    why,
                    parsed.GetValue(note) ?? "",
                    shown.ToOfficer(),
                    shown.OfficerId,
                    TimeProvider.System.GetUtcNow()
                );
                return await SendAsync(service, statement, parsed.GetValue(note), parsed.GetRequiredValue(key), cancellation);
            }
        );
        return command;
    }

    private static async Task<int> SendAsync(
        ServiceConnection service,
        OfficerRevocationStatement statement,
        string? note,
        string keyFile,
        CancellationToken cancellation
    ) =>
        JsonReport.Print(
            await service.PostJsonAsync(
                "/api/v1/officer/revocations",
                new
                {
                    authority = statement.Authority,
                    serialNumber = statement.SerialNumber.Hex,
                    action = statement.Action.Name(),
                    reason = statement.Reason.Name(),
                    note,
                    at = ApprovalStatement.WriteTime(statement.At),
                    signature = Convert.ToBase64String(OfficerKeyFile.Sign(keyFile, statement.Encode())),
                },
                cancellation
            )
        );

    private sealed record ShownCertificate(
        string Kind,
        string? Subject,
        string? Serial,
        string SubmittedBy,
        DateTimeOffset NotAfter,
        string Status,
        string Officer,
        Guid OfficerId
    )
    {
        public OfficerName ToOfficer() =>
            OfficerName.TryParse(Officer, out var name)
                ? name
                : throw new WorldFaultException("unreadable-answer", "the service does not say who you are.");
    }
}

using System.CommandLine;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Client.Connections;
using SigningAuthority.Issuance.Approvals;
using SigningAuthority.Issuance.Revocations;

namespace SigningAuthority.Client.Officers;

/// <summary><c>signctl officer approve-recall</c> and <c>refuse-recall</c>: takes the digest over the very set, signs a statement about it, sends it.</summary>
internal static class DecideOnRecallCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static Command BuildApprove() =>
        Build(
            "approve-recall",
            OfficerVerdict.Approve,
            "Approves a recall: signs the digest over the very set with your own key. Two different officers are needed; then it takes effect at once.",
            "signctl officer approve-recall 0193480c-7a00-7000-8000-5f3c2b1a0d9e --reason \"as agreed on the phone\" --key officer.key"
        );

    public static Command BuildRefuse() =>
        Build(
            "refuse-recall",
            OfficerVerdict.Refuse,
            "Refuses a recall, for good.",
            "signctl officer refuse-recall 0193480c-7a00-7000-8000-5f3c2b1a0d9e --reason \"the range is too wide\" --key officer.key"
        );

    private static DocumentedCommand Build(string name, OfficerVerdict verdict, string description, string example)
    {
        var officer = new OfficerOptions();
        var id = new Argument<Guid>("id") { Description = "The recall's id." };
        var reason = new Option<string>("--reason") { Description = "Why: 3 to 500 characters, signed, kept in the log.", Required = true };
        var key = new Option<string>("--key") { Description = "Your private key, as 'officer keygen' made it.", Required = true };
        var command = new DocumentedCommand(name, description, example) { id, reason, key };
        officer.AddTo(command);
        command.SetAction(
            async (parsed, cancellation) =>
            {
                using var service = officer.Connect(parsed);
                var path = $"/api/v1/officer/recalls/{parsed.GetRequiredValue(id):D}";
                var reply = await service.GetAsync(path, Patience, cancellation);
                if (reply.Problem is { } problem)
                    return problem.Print(Console.Error);
                var recall = reply.Parse<ShownRecall>();
                await Console.Error.WriteLineAsync(PlainText.Of(recall.Describe()));
                var members = await service.GetAsync(path + "/members", Patience, cancellation);
                if (members.Problem is { } missing)
                    return missing.Print(Console.Error);

                var statement = new RecallStatement(
                    recall.ToSubject(members.Text),
                    verdict,
                    parsed.GetRequiredValue(reason),
                    recall.ToOfficer(),
                    recall.OfficerId,
                    TimeProvider.System.GetUtcNow()
                );
                return await SendAsync(service, path, statement, parsed.GetRequiredValue(key), cancellation);
            }
        );
        return command;
    }

    private static async Task<int> SendAsync(
        ServiceConnection service,
        string path,
        RecallStatement statement,
        string keyFile,
        CancellationToken cancellation
    ) =>
        JsonReport.Print(
            await service.PostJsonAsync(
                path + "/decisions",
                new
                {
                    decision = statement.Verdict == OfficerVerdict.Approve ? "approve" : "refuse",
                    reason = statement.Words,
                    at = ApprovalStatement.WriteTime(statement.At),
                    signature = Convert.ToBase64String(OfficerKeyFile.Sign(keyFile, statement.Encode())),
                },
                cancellation
            )
        );
}

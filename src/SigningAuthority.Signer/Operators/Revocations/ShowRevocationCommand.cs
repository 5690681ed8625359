using System.CommandLine;
using Microsoft.Extensions.Configuration;
using SigningAuthority.Issuance.Approvals;
using SigningAuthority.Issuance.Revocations;
using SigningAuthority.Signer.Lanes;
using SigningAuthority.Storage.Revocations;

namespace SigningAuthority.Signer.Operators.Revocations;

/// <summary>`operator revocation show`: how a certificate stands and why; or a recall and its officers.</summary>
internal static class ShowRevocationCommand
{
    public static Command Create(IConfiguration settings)
    {
        var selection = new SelectionOptions();
        var recall = new Option<Guid?>("--recall") { Description = "A recall, by its id." };
        var command = new Command(
            "show",
            """
            Shows how certificates stand and what was asked for about them, or a recall with its officers' decisions.

            Examples:
              operator revocation show --mac 000E08123456
              operator revocation show --recall 0193480c-7a00-7000-8000-5f3c2b1a0d9e
            """
        )
        {
            recall,
        };
        selection.AddTo(command);
        command.SetAction(
            (parsed, cancellation) =>
                OperatorSession.RunAsync(
                    settings,
                    session =>
                        parsed.GetValue(recall) is { } id
                            ? ShowRecallAsync(settings, session, id, cancellation)
                            : ShowCertificatesAsync(session, selection, parsed, cancellation)
                )
        );
        return command;
    }

    private static async Task ShowCertificatesAsync(
        OperatorSession session,
        SelectionOptions selection,
        ParseResult parsed,
        CancellationToken cancellation
    )
    {
        var found = await selection.FindAsync(parsed, session, cancellation);
        if (found.Count == 0)
            throw new OperatorException("No certificate is of that description.");
        var asked = (
            await new RevocationRequests(session.Database).FindAsync(
                [.. found.Select(certificate => certificate.RequestId).Distinct()],
                cancellation
            )
        ).ToLookup(row => (row.RequestId, row.Authority));
        foreach (var certificate in found)
        {
            Console.WriteLine(RevocationWords.Describe(certificate));
            foreach (var row in asked[(certificate.RequestId, certificate.Facts.Authority)])
                Console.WriteLine("  " + ListRevocationsCommand.Describe(row));
        }
    }

    private static async Task ShowRecallAsync(IConfiguration settings, OperatorSession session, Guid id, CancellationToken cancellation)
    {
        if (await new Recalls(session.Database).FindAsync(id, cancellation) is not { } found)
            throw new OperatorException("There is no recall of this id.");
        var policy = new RevocationPolicy(SignerSettings.LoadConfiguration(settings));
        var standing = policy.StandingOf(found.ToEvidence());
        Console.WriteLine(ListRevocationsCommand.Describe(found));
        Console.WriteLine($"SHA-256 over its members: {found.Subject.MembersSha256}");
        Console.WriteLine($"{standing.Given} of {standing.Needed} officers have approved");
        foreach (var decision in found.Decisions)
        {
            var counts = !decision.IsRevoked && policy.Judge(found.ToEvidence(), decision).Count == 0;
            Console.WriteLine(
                $"  {ApprovalStatement.WriteTime(decision.RecordedAt)} {decision.Officer} {decision.Verdict}: {decision.Words}{(counts ? "" : " (does not count)")}"
            );
        }

        foreach (var violation in found.Violations)
            Console.WriteLine($"  {violation.Code}: {violation.Message} Expected {violation.Expected}; got {violation.Actual}.");
    }
}

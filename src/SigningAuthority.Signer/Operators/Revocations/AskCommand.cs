using System.CommandLine;
using Microsoft.Extensions.Configuration;
using SigningAuthority.Issuance.Revocations;
using SigningAuthority.Signer.Lanes;
using SigningAuthority.Storage.Revocations;

namespace SigningAuthority.Signer.Operators.Revocations;

/// <summary>`operator revocation add`, `hold` and `release`: asks, and says what the key room decided.</summary>
internal static class AskCommand
{
    public static Command Create(IConfiguration settings, string name, RevocationAction action, string description)
    {
        var selection = new SelectionOptions();
        var (reason, note) = (RevocationWords.Reason(), RevocationWords.Note());
        var dryRun = new Option<bool>("--dry-run") { Description = "List and count them; ask for nothing." };
        var wait = new Option<int>("--wait") { Description = "Seconds to wait for the key room.", DefaultValueFactory = _ => 15 };
        var command = new Command(name, description);
        selection.AddTo(command);
        if (action == RevocationAction.Revoke)
            command.Options.Add(reason);
        foreach (var option in (Option[])[note, dryRun, wait])
            command.Options.Add(option);
        command.SetAction(
            (parsed, cancellation) =>
                OperatorSession.RunAsync(
                    settings,
                    async session =>
                    {
                        var given = action == RevocationAction.Revoke ? parsed.GetValue(reason) : null;
                        var chosen = RevocationWords.Read(action, given);
                        var words = RevocationWords.ReadNote(parsed.GetValue(note));
                        var found = await selection.FindAsync(parsed, session, cancellation);
                        if (found.Count == 0)
                            throw new OperatorException("No certificate is of that description.");
                        if (parsed.GetValue(dryRun))
                        {
                            List(found, action);
                            return;
                        }

                        var most = SignerSettings.LoadConfiguration(settings).Policy.Revocation.MostAlone;
                        if (found.Count > most)
                            throw new OperatorException(
                                $"{found.Count} certificates are of that description, and revocation.mostAlone is {most}: "
                                    + $"two officers decide. The same with: operator revocation recall --action {action.Name()} …"
                            );
                        var asked = found
                            .Select(certificate => new NewRevocation(
                                certificate,
                                action,
                                chosen,
                                words,
                                RevocationAsker.Operator,
                                null,
                                session.Actor
                            ))
                            .ToList();
                        var ids = await new RevocationRequests(session.Database).AddAsync(asked, cancellation);
                        await ReportAsync(
                            session,
                            found,
                            action,
                            ids,
                            TimeSpan.FromSeconds(Math.Clamp(parsed.GetValue(wait), 0, 600)),
                            cancellation
                        );
                    }
                )
        );
        return command;
    }

    private static void List(IReadOnlyList<RevocableCertificate> found, RevocationAction action)
    {
        foreach (var certificate in found)
            Console.WriteLine(RevocationWords.Describe(certificate));
        var passedOver = found.Count(certificate => !RevocationPolicy.IsPossible(action, certificate.Facts.Current));
        Console.Error.WriteLine(
            $"{found.Count} certificates"
                + (passedOver > 0 ? $", {passedOver} of which can't be changed like that" : "")
                + "; nothing was asked for."
        );
    }

    /// <exception cref="OperatorException">The key room refused some, or has not decided in time.</exception>
    private static async Task ReportAsync(
        OperatorSession session,
        IReadOnlyList<RevocableCertificate> found,
        RevocationAction action,
        IReadOnlyList<Guid> ids,
        TimeSpan patience,
        CancellationToken cancellation
    )
    {
        var requests = new RevocationRequests(session.Database);
        var began = TimeProvider.System.GetTimestamp();
        IReadOnlyList<RecordedRevocation> asked;
        while (true)
        {
            asked =
            [
                .. (await requests.FindAsync([.. found.Select(certificate => certificate.RequestId).Distinct()], cancellation)).Where(row =>
                    ids.Contains(row.Id)
                ),
            ];
            if (asked.All(row => row.Outcome is not null) || TimeProvider.System.GetElapsedTime(began) > patience)
                break;
            await Task.Delay(100, cancellation);
        }

        foreach (var row in asked)
            Console.WriteLine($"{row.Authority} {row.SerialNumber.Hex} {row.Subject ?? "-"} {row.Outcome?.ToString() ?? "Pending"}");
        var refused = asked.Where(row => row.Outcome == RevocationOutcome.Refused).ToList();
        if (refused.Count > 0)
            throw new OperatorException(
                $"{refused.Count} refused:{Environment.NewLine}"
                    + OperatorException.Describe([.. refused.SelectMany(row => row.Violations).DistinctBy(violation => violation.Code)])
            );
        if (asked.Any(row => row.Outcome is null))
            throw new OperatorException("No key room has decided yet: is a Signer of that lane running? It decides when it runs.");
        await RequireAsync(session, found, action, cancellation);
    }

    /// <summary>What was asked for before may be pending still, or refused: what holds is what the key room wrote.</summary>
    /// <exception cref="OperatorException">Some are not as they were to be.</exception>
    private static async Task RequireAsync(
        OperatorSession session,
        IReadOnlyList<RevocableCertificate> found,
        RevocationAction action,
        CancellationToken cancellation
    )
    {
        var certificates = new RevocableCertificates(session.Database);
        var others = new List<string>();
        foreach (var certificate in found)
        {
            var now = await certificates.FindAsync(certificate.Facts.Authority, certificate.Facts.SerialNumber, cancellation);
            if (now is null || !RevocationPolicy.Holds(action, now.Facts.Current))
                others.Add(RevocationWords.Describe(now ?? certificate));
        }

        if (others.Count > 0)
            throw new OperatorException(
                "These are not as they were to be:" + Environment.NewLine + string.Join(Environment.NewLine, others)
            );
    }
}

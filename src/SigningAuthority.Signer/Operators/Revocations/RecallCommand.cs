using System.CommandLine;
using Microsoft.Extensions.Configuration;
using SigningAuthority.Issuance.Revocations;
using SigningAuthority.Signer.Lanes;
using SigningAuthority.Storage.Revocations;

namespace SigningAuthority.Signer.Operators.Revocations;

/// <summary>`operator revocation recall`: any number at once, for two officers to sign.</summary>
internal static class RecallCommand
{
    private const int LongestSelection = 1000;

    public static Command Create(IConfiguration settings)
    {
        var selection = new SelectionOptions();
        var (reason, note) = (RevocationWords.Reason(), RevocationWords.Note());
        var action = new Option<string>("--action") { Description = "revoke, hold or release.", DefaultValueFactory = _ => "revoke" };
        action.AcceptOnlyFromAmong([.. Enum.GetValues<RevocationAction>().Select(choice => choice.Name())]);
        var dryRun = new Option<bool>("--dry-run") { Description = "List and count them; ask for nothing." };
        var command = new Command(
            "recall",
            """
            Names many certificates to be revoked, held or released at once, and prints the recall's id. Two different officers sign the digest over
            that very set (signctl officer approve-recall); then the key room takes the digest again and lets it take effect.

            Examples:
              operator revocation recall --serial FM500F100000..FM500F699999 --issued-to 2006-06-16 --reason superseded --dry-run
              operator revocation recall --station line-3 --issued-from 2026-11-16 --reason keyCompromise --note "its key pool was copied"
            """
        );
        selection.AddTo(command);
        foreach (var option in (Option[])[action, reason, note, dryRun])
            command.Options.Add(option);
        command.SetAction(
            (parsed, cancellation) =>
                OperatorSession.RunAsync(
                    settings,
                    async session =>
                    {
                        var wanted = RevocationActionNames.Parse(parsed.GetRequiredValue(action));
                        var chosen = RevocationWords.Read(wanted, parsed.GetValue(reason));
                        var words = RevocationWords.ReadNote(parsed.GetValue(note));
                        var found = await selection.FindAsync(parsed, session, cancellation);
                        var changing = found
                            .Where(certificate =>
                                RevocationPolicy.IsPossible(wanted, certificate.Facts.Current)
                                && !RevocationPolicy.IsUnchanged(wanted, chosen, certificate.Facts.Current)
                            )
                            .ToList();
                        if (parsed.GetValue(dryRun))
                        {
                            foreach (var certificate in changing)
                                Console.WriteLine(RevocationWords.Describe(certificate));
                            await Console.Error.WriteLineAsync(
                                $"{changing.Count} certificates, {found.Count - changing.Count} more are so already or can't be changed; nothing was asked for."
                            );
                            return;
                        }

                        if (changing.Count == 0)
                            throw new OperatorException("No certificate is of that description and could be changed like that.");
                        await AskAsync(settings, session, changing, wanted, chosen, words, selection.Describe(parsed), cancellation);
                    }
                )
        );
        return command;
    }

    private static async Task AskAsync(
        IConfiguration settings,
        OperatorSession session,
        IReadOnlyList<RevocableCertificate> changing,
        RevocationAction action,
        Issuance.Certificates.RevocationReason reason,
        string? note,
        string selection,
        CancellationToken cancellation
    )
    {
        var configuration = SignerSettings.LoadConfiguration(settings);
        var lanes = changing
            .Select(certificate => certificate.Facts.Authority)
            .Distinct()
            .GroupBy(id => configuration.Authority(id).Lane)
            .ToList();
        if (lanes.Count > 1)
            throw new OperatorException(
                "These certificates are of authorities of several lanes: ask for one recall a lane, with --authority "
                    + string.Join(" or --authority ", lanes.SelectMany(lane => lane))
            );
        var subject = await new Recalls(session.Database).AddAsync(
            [.. changing.Select(found => (new RecallMember(found.Facts.Authority, found.Facts.SerialNumber), found.RequestId))],
            lanes[0].Key,
            action,
            reason,
            note,
            selection.Length > LongestSelection ? selection[..LongestSelection] : selection,
            session.Actor,
            cancellation
        );
        await Console.Error.WriteLineAsync(
            $"{subject.Members} certificates, SHA-256 {subject.MembersSha256}. Two officers: signctl officer approve-recall {subject.Recall} --reason … --key …"
        );
        Console.WriteLine(subject.Recall.ToString("D"));
    }
}

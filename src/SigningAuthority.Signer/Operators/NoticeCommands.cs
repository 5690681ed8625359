using System.CommandLine;
using Microsoft.Extensions.Configuration;
using SigningAuthority.Storage.Notices;

namespace SigningAuthority.Signer.Operators;

internal static class NoticeCommands
{
    public static Command Create(IConfiguration settings) =>
        new("notice", "What providers are told of certificates that end.") { CreateList(settings), CreateRetry(settings) };

    private static Command CreateList(IConfiguration settings)
    {
        var state = new Option<NoticeState>("--state")
        {
            Description = "Failed, Pending, Delivering, Delivered, Superseded, Skipped.",
            DefaultValueFactory = _ => NoticeState.Failed,
        };
        var limit = new Option<int>("--limit") { DefaultValueFactory = _ => 50, Description = "At most so many, the newest first." };
        var list = new Command(
            "list",
            """
            Lists notices in a state: id, kind, contact, what it is about, attempts, what went wrong last.

            Example:
              operator notice list --state Failed
            """
        )
        {
            state,
            limit,
        };
        list.SetAction(
            (parsed, cancellation) =>
                OperatorSession.RunAsync(
                    settings,
                    async session =>
                    {
                        var most = Math.Clamp(parsed.GetValue(limit), 1, 10_000);
                        foreach (
                            var notice in await new NoticeQueries(session.Database).ListAsync(parsed.GetValue(state), most, cancellation)
                        )
                            Console.WriteLine(Describe(notice));
                    }
                )
        );
        return list;
    }

    private static Command CreateRetry(IConfiguration settings)
    {
        var id = new Argument<Guid>("id") { Description = "As `notice list` shows it." };
        var retry = new Command(
            "retry",
            """
            Has a failed notice sent again, at once and then for three more days.

            Example:
              operator notice retry 0199a3c0-7b1e-7cc2-9f7e-2f6f0c1d2e3f
            """
        )
        {
            id,
        };
        retry.SetAction(
            (parsed, cancellation) =>
                OperatorSession.RunAsync(
                    settings,
                    async session =>
                    {
                        if (!await new NoticeQueries(session.Database).RetryAsync(parsed.GetValue(id), session.Actor, cancellation))
                            throw new OperatorException("There is no such notice, or it has not failed.");
                        Console.WriteLine("Queued again.");
                    }
                )
        );
        return retry;
    }

    private static string Describe(Notice notice) =>
        $"{notice.Id} {notice.Kind} {notice.ContactKind}:{notice.ContactTarget} "
        + (
            notice.Certificate is { } certificate
                ? $"{certificate.Fqdn} {certificate.Authority} {certificate.SerialNumber.Hex} ends {certificate.NotAfter:yyyy-MM-dd} {(notice.DaysBefore is { } days ? $"({days} days) " : "")}"
            : notice.RootsVersion is { } version ? $"manifest {version} "
            : ""
        )
        + $"attempts {notice.Attempts} {notice.LastError}";
}

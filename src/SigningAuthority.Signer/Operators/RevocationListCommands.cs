using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Configuration;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Signer.RevocationLists;
using SigningAuthority.Storage.Certificates;
using SigningAuthority.Storage.RevocationLists;

namespace SigningAuthority.Signer.Operators;

/// <summary>operator crl: how the revocation lists stand, and a new one on demand.</summary>
internal static class RevocationListCommands
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static Command Create(IConfiguration settings) =>
        new("crl", "Lists of revoked certificates: what was published last, and a new one on demand.")
        {
            CreateList(settings),
            CreateShow(settings),
            CreatePublish(settings),
        };

    private static Command CreateList(IConfiguration settings)
    {
        var command = new Command(
            "list",
            """
            Lists the newest list of each authority and kind: authority, kind, number, thisUpdate, nextUpdate, entries, octets, SHA-256.

            Example:
              operator crl list
            """
        );
        command.SetAction(
            (_, cancellation) =>
                OperatorSession.RunAsync(
                    settings,
                    async session =>
                    {
                        foreach (var list in await new IssuedRevocationLists(session.Database).NewestAsync(cancellation))
                            Console.WriteLine(Describe(list));
                    }
                )
        );
        return command;
    }

    private static Command CreateShow(IConfiguration settings)
    {
        var authority = new Argument<string>("authority") { Description = "Id of ca-config/authorities." };
        var limit = new Option<int>("--limit") { DefaultValueFactory = _ => 20, Description = "At most so many." };
        var command = new Command(
            "show",
            """
            Lists what was made for one authority, the newest first; "waits" stands where the signature is missing yet.

            Example:
              operator crl show client --limit 5
            """
        )
        {
            authority,
            limit,
        };
        command.SetAction(
            (parsed, cancellation) =>
                OperatorSession.RunAsync(
                    settings,
                    async session =>
                    {
                        var id = parsed.GetRequiredValue(authority);
                        await RequireAuthorityAsync(session, id, cancellation);
                        var most = Math.Clamp(parsed.GetValue(limit), 1, 10_000);
                        foreach (var list in await new IssuedRevocationLists(session.Database).LatestAsync(id, most, cancellation))
                            Console.WriteLine(Describe(list));
                    }
                )
        );
        return command;
    }

    private static Command CreatePublish(IConfiguration settings)
    {
        var authority = new Argument<string>("authority") { Description = "Id of ca-config/authorities." };
        var command = new Command(
            "publish",
            """
            Has a new complete list made although nothing has changed, and waits for it: after an outage, say. Its Signer must run.

            Example:
              operator crl publish client
            """
        )
        {
            authority,
        };
        command.SetAction(
            (parsed, cancellation) =>
                OperatorSession.RunAsync(settings, session => PublishAsync(session, parsed.GetRequiredValue(authority), cancellation))
        );
        return command;
    }

    private static async Task PublishAsync(OperatorSession session, string authority, CancellationToken cancellation)
    {
        await RequireAuthorityAsync(session, authority, cancellation);
        var lists = new IssuedRevocationLists(session.Database);
        var before = await FindCompleteAsync(lists, authority, cancellation);
        await new AskForRevocationList(session.Database).RunAsync(
            authority,
            new RevocationListRequested
            {
                At = DateTimeOffset.UtcNow,
                Actor = session.Actor,
                Subject = authority,
                Authority = authority,
            },
            cancellation
        );
        for (var began = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(began) < Patience; )
        {
            if (await FindCompleteAsync(lists, authority, cancellation) is { } now && now.Number > (before?.Number ?? 0))
            {
                Console.WriteLine(Describe(now));
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), cancellation);
        }

        throw new OperatorException(
            $"No Signer has made a list of {authority} within {Patience.TotalMinutes:0} minutes; it is made when one of its lane runs: operator crl show {authority}"
        );
    }

    private static async Task<RevocationList?> FindCompleteAsync(
        IssuedRevocationLists lists,
        string authority,
        CancellationToken cancellation
    ) =>
        (await lists.NewestAsync(cancellation)).FirstOrDefault(list =>
            list.Authority == authority && list.Kind == RevocationListKind.Complete
        );

    private static async Task RequireAuthorityAsync(OperatorSession session, string id, CancellationToken cancellation)
    {
        var all = (await new Authorities(session.Database).ReadAllAsync(cancellation)).Where(a => a.Der is not null).ToList();
        if (all.All(a => a.Authority != id))
            throw new OperatorException($"'{id}' has no certificate; there are {string.Join(", ", all.Select(a => a.Authority))}.");
    }

    private static string Describe(RevocationList list)
    {
        var kind = list.Shard > 0 ? $"shard-{list.Shard}" : ListEntries.NameOf(list.Kind);
        var basis = list.BaseNumber is { } number ? string.Create(CultureInfo.InvariantCulture, $" base {number}") : "";
        var file = list.Sha256 is { } sha256 ? $"{list.Octets} octets {Convert.ToHexStringLower(sha256)}" : "waits";
        return $"{list.Authority} {kind} {list.Number}{basis} {list.ThisUpdate.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ} {list.NextUpdate.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ} {list.Entries} entries {file}";
    }
}

using System.Text;
using SigningAuthority.IntegrationTests.Storage;

namespace SigningAuthority.IntegrationTests.Fixtures;

/// <summary>What a failure's message has when nothing is signed any more: what each Signer says last, and who waits for whom in the database.</summary>
internal static class Standstill
{
    private const string Sessions = """
        select coalesce(string_agg(format('%s %s %s %s %s/%s blocked by %s, in a transaction for %s: %s',
            pid, usename, application_name, state, wait_event_type, wait_event, pg_blocking_pids(pid), now() - xact_start,
            left(regexp_replace(query, '\s+', ' ', 'g'), 160)), E'\n' order by xact_start), '')
        from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and (xact_start is not null or state <> 'idle')
        """;

    private const string NotIssued = """
        select coalesce(string_agg(format('%s %s %s %s leased by %s, attempts %s, due in %s: %s', id, kind, lane, state, leased_by, attempts,
            due_at - now(), failure), E'\n'), '')
        from (select * from sa.signing_request where state <> 'Issued' order by id desc limit 20) latest
        """;

    /// <summary>Does something, and tells the state of the authority if it fails.</summary>
    /// <param name="authority">Whose database is looked at.</param>
    /// <param name="signers">Those that should sign.</param>
    /// <param name="act">What needs them.</param>
    /// <exception cref="InvalidOperationException">It failed; the message has why, and the state.</exception>
    public static async Task<T> ExplainAsync<T>(RunningAuthority authority, IEnumerable<BackgroundProcess> signers, Func<Task<T>> act)
    {
        try
        {
            return await act();
        }
        catch (Exception fault) when (fault is InvalidOperationException or TimeoutException)
        {
            throw new InvalidOperationException($"{fault.Message}\n{await DescribeAsync(authority, signers)}", fault);
        }
    }

    private static async Task<string> DescribeAsync(RunningAuthority authority, IEnumerable<BackgroundProcess> signers)
    {
        var text = new StringBuilder();
        foreach (var signer in signers)
            text.AppendLine(signer.HasExited ? $"A Signer that ended with {signer.ExitCode}:" : "A Signer:").AppendLine(signer.LogTail());
        var superuser = authority.Postgres.Connect(PostgresCluster.Superuser, authority.Database);
        text.AppendLine("Not issued, the latest first:").AppendLine(await superuser.ScalarAsync<string>(NotIssued));
        return text.AppendLine("Sessions:").Append(await superuser.ScalarAsync<string>(Sessions)).ToString();
    }
}

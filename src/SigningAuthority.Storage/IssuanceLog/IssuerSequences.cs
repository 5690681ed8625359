using Npgsql;
using SigningAuthority.IssuanceLog.Entries;

namespace SigningAuthority.Storage.IssuanceLog;

/// <summary>
/// Each authority's certificates are numbered from 1, in the order of the log and without gaps, so that whoever has the entries
/// of one authority sees that none is missing. The number is drawn in the intents' transaction: one that is abandoned gives it back.
/// </summary>
internal static class IssuerSequences
{
    // Others of the authority wait for these numbers: whoever stands still with them loses them soon, not after the minute that others have.
    private const string DrawNumbers = """
        select issuer, last_drawn, set_config('idle_in_transaction_session_timeout', '5s', true) from sa.draw_issuer_numbers($1, $2)
        """;

    /// <summary>The first statement of its transaction, see sa.draw_issuer_numbers.</summary>
    internal static NpgsqlBatchCommand Draw(IEnumerable<CertificateIntended> entries)
    {
        (string Authority, int Count)[] wanted = [.. entries.CountBy(entry => entry.Authority).Select(pair => (pair.Key, pair.Value))];
        var command = new NpgsqlBatchCommand(DrawNumbers);
        command.Parameters.AddColumn(wanted, w => w.Authority);
        command.Parameters.AddColumn(wanted, w => w.Count);
        return command;
    }

    /// <summary>The last number that was drawn of each authority.</summary>
    internal static async Task<Dictionary<string, long>> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellation)
    {
        var last = new Dictionary<string, long>();
        while (await reader.ReadAsync(cancellation))
            last.Add(reader.GetString(0), reader.GetInt64(1));
        return last;
    }

    /// <summary>The same entries, the intended ones with their numbers, which rise in the order in which they are written.</summary>
    internal static IReadOnlyList<LogEntry> Number(IReadOnlyList<LogEntry> entries, Dictionary<string, long> lastDrawn)
    {
        var next = entries
            .OfType<CertificateIntended>()
            .CountBy(entry => entry.Authority)
            .ToDictionary(pair => pair.Key, pair => lastDrawn[pair.Key] - pair.Value + 1);
        return
        [
            .. entries.Select(entry =>
                entry is CertificateIntended intended ? intended with { IssuerSequence = next[intended.Authority]++ } : entry
            ),
        ];
    }
}

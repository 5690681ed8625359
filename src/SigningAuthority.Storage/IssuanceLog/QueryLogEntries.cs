using System.Text;
using Npgsql;

namespace SigningAuthority.Storage.IssuanceLog;

/// <summary>What an auditor asks for. All that is set must hold; texts are compared exactly.</summary>
public sealed record LogQuery
{
    /// <summary>More than this can't be had in one page.</summary>
    public const int MaximumLimit = 10_000;

    public string? Type { get; init; }

    public string? Actor { get; init; }

    public string? Subject { get; init; }

    public Guid? RequestId { get; init; }

    /// <summary>12 upper-case hexadecimal digits.</summary>
    public string? Mac { get; init; }

    public string? Serial { get; init; }

    /// <summary>SHA-256 of a certificate.</summary>
    public byte[]? Fingerprint { get; init; }

    /// <summary>Inclusive.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Exclusive.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>The index of the last entry of the page before; -1 to begin.</summary>
    public long After { get; init; } = -1;

    /// <summary>From 1 to <see cref="MaximumLimit"/>.</summary>
    public int Limit { get; init; } = 100;
}

/// <summary>An entry in its place in the log.</summary>
/// <param name="Index">Its leaf, counted from 0.</param>
/// <param name="Entry">The stored bytes: these are the entry, everything else here is a copy for convenience.</param>
/// <param name="WrittenBy">The database role that wrote it.</param>
public sealed record LoggedEntry(
    long Index,
    byte[] LeafHash,
    string Type,
    string Actor,
    string? Subject,
    Guid? RequestId,
    string? Mac,
    string? Serial,
    byte[]? Fingerprint,
    DateTimeOffset At,
    string WrittenBy,
    byte[] Entry
);

/// <summary>
/// Reads the log by pages in the order of the tree. An entry is found once it has its place there, some moments after its act;
/// from then on its page never changes. As role sa_auditor. Thread-safe.
/// </summary>
public sealed class QueryLogEntries(NpgsqlDataSource dataSource)
{
    /// <summary>
    /// How much later than its own "at" an entry may reach the log: the difference of the writers' clocks and the longest
    /// transaction together (60 s, see roles.sql). An entry later than that can be missed by a query that ends at <see cref="LogQuery.To"/>.
    /// </summary>
    public static readonly TimeSpan Lateness = TimeSpan.FromMinutes(10);

    private const string Columns = """
        l.index, l.leaf_hash, e.type, e.actor, e.subject, e.request_id, e.mac, e.serial, e.fingerprint, e.at, e.written_by::text, e.entry
        """;

    private const string SelectPublished = "select coalesce((select max(tree_size) from sa.log_checkpoint), 0)";

    public async Task<IReadOnlyList<LoggedEntry>> PageAsync(LogQuery query, CancellationToken cancellation = default)
    {
        if (query.Limit is < 1 or > LogQuery.MaximumLimit)
            throw new ArgumentException($"A page has 1 to {LogQuery.MaximumLimit} entries.", nameof(query));

        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        var (after, end) = await BoundsAsync(connection, query, cancellation);
        await using var command = new NpgsqlCommand { Connection = connection };
        command.CommandText = Text(query, command.Parameters, after, end);

        var page = new List<LoggedEntry>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            page.Add(Read(reader));
        return page;
    }

    // Times become places first, so that the walk begins and ends near what was asked for however long the log is. What no checkpoint was
    // signed for yet is not shown: it is not published.
    private static async Task<(long After, long End)> BoundsAsync(
        NpgsqlConnection connection,
        LogQuery query,
        CancellationToken cancellation
    )
    {
        await using var command = new NpgsqlCommand(
            query is { From: null, To: null }
                ? SelectPublished
                : $"""
                {SelectPublished},
                    (select index from sa.log_leaf where at_most >= $1 order by at_most, index limit 1),
                    (select index from sa.log_leaf where at_most >= $2 order by at_most, index limit 1)
                """,
            connection
        );
        if (query is { From: null, To: null })
            return (query.After, (long)(await command.ExecuteScalarAsync(cancellation))!);

        command.Parameters.AddValue((query.From ?? DateTimeOffset.MinValue).UtcDateTime);
        command.Parameters.AddValue(
            (query.To is { } to && to < DateTimeOffset.MaxValue - Lateness ? to + Lateness : DateTimeOffset.MaxValue).UtcDateTime
        );
        await using var row = await command.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        var first = row.GetFieldValue<long?>(1) ?? long.MaxValue;
        return (Math.Max(query.After, first - 1), Math.Min(row.GetInt64(0), row.GetFieldValue<long?>(2) ?? long.MaxValue));
    }

    private static string Text(LogQuery query, NpgsqlParameterCollection parameters, long after, long end)
    {
        parameters.AddValue(after);
        parameters.AddValue(end);
        parameters.AddValue(query.Limit);
        var text = new StringBuilder(
            $"select {Columns} from sa.log_leaf l join sa.log_entry e on e.id = l.entry_id where l.index > $1 and l.index < $2"
        );
        Add("l.type =", query.Type);
        Add("l.actor =", query.Actor);
        Add("e.subject =", query.Subject);
        Add("e.request_id =", query.RequestId);
        AddMac(query.Mac);
        Add("e.serial =", query.Serial);
        Add("e.fingerprint =", query.Fingerprint);
        Add("e.at >=", query.From?.UtcDateTime);
        Add("e.at <", query.To?.UtcDateTime);
        return text.Append(" order by l.index limit $3").ToString();

        // Nearly all entries with a MAC have it as their subject, too, and are found by that (0014_speed.sql); all others by their own index.
        void AddMac(string? mac)
        {
            if (mac is null)
                return;

            parameters.AddWithValue(mac);
            var value = $"${parameters.Count}";
            text.Append($" and e.mac = {value} and (e.subject = {value} or (e.mac = {value} and e.subject is distinct from e.mac))");
        }

        void Add(string condition, object? value)
        {
            if (value is null)
                return;

            parameters.AddWithValue(value);
            text.Append($" and {condition} ${parameters.Count}");
        }
    }

    private static LoggedEntry Read(NpgsqlDataReader row) =>
        new(
            row.GetInt64(0),
            row.GetFieldValue<byte[]>(1),
            row.GetString(2),
            row.GetString(3),
            row.IsDBNull(4) ? null : row.GetString(4),
            row.GetFieldValue<Guid?>(5),
            row.IsDBNull(6) ? null : row.GetString(6),
            row.IsDBNull(7) ? null : row.GetString(7),
            row.IsDBNull(8) ? null : row.GetFieldValue<byte[]>(8),
            row.GetFieldValue<DateTimeOffset>(9),
            row.GetString(10),
            row.GetFieldValue<byte[]>(11)
        );
}

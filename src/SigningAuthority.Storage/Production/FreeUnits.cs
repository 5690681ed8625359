using Npgsql;
using SigningAuthority.Issuance.Production;

namespace SigningAuthority.Storage.Production;

/// <summary>Looks for addresses and labels of an order that nobody has, the lowest first. What it finds may be taken by others meanwhile. Thread-safe.</summary>
public sealed class FreeUnits(NpgsqlDataSource dataSource)
{
    // The ranges are counted up one by one and each is looked up in an index, so that a wide range costs only what is looked at.
    private const string Macs = """
        select mac from (select upper(lpad(to_hex(generate_series($1::bigint, $2::bigint)), 12, '0')) as mac) candidate
        where (select 1 from sa.signing_request r where r.mac = candidate.mac and r.kind = 'Device' and r.active limit 1) is null
            and (select 1 from sa.reserved_unit u where u.mac = candidate.mac and u.held limit 1) is null
        limit $3
        """;

    private const string Serials = """
        select serial from (select $1 || lpad(generate_series($2::bigint, $3::bigint)::text, $4, '0') || $5 as serial) candidate
        where (select 1 from sa.signing_request r where r.serial = candidate.serial and r.kind = 'Device' and r.active limit 1) is null
            and (select 1 from sa.reserved_unit u where u.serial = candidate.serial and u.held limit 1) is null
        limit $6
        """;

    /// <returns>Fewer where there are no more.</returns>
    public async Task<IReadOnlyList<string>> FindMacsAsync(ProductionOrder order, int count, CancellationToken cancellation = default)
    {
        var found = new List<string>();
        foreach (var range in order.MacRanges)
            found.AddRange(
                await ReadAsync(
                    Macs,
                    parameters =>
                    {
                        parameters.AddValue(Convert.ToInt64(range.First.Upper, 16));
                        parameters.AddValue(Convert.ToInt64(range.Last.Upper, 16));
                        parameters.AddValue(count - found.Count);
                    },
                    cancellation
                )
            );
        return found;
    }

    /// <returns>None where one of the order's rules can't be counted up: the line has labels of its own. Fewer where there are no more.</returns>
    public async Task<IReadOnlyList<string>> FindSerialsAsync(ProductionOrder order, int count, CancellationToken cancellation = default)
    {
        var rules = order.Serials.Select(rule => rule.Counted).ToList();
        var found = new List<string>();
        if (rules.Contains(null))
            return found;
        foreach (var rule in rules)
            found.AddRange(
                await ReadAsync(
                    Serials,
                    parameters =>
                    {
                        parameters.AddValue(rule!.Prefix);
                        parameters.AddValue(rule.First);
                        parameters.AddValue(rule.Last);
                        parameters.AddValue(rule.Digits);
                        parameters.AddValue(rule.Suffix);
                        parameters.AddValue(count - found.Count);
                    },
                    cancellation
                )
            );
        return found;
    }

    private async Task<List<string>> ReadAsync(string sql, Action<NpgsqlParameterCollection> bind, CancellationToken cancellation)
    {
        await using var command = dataSource.CreateCommand(sql);
        bind(command.Parameters);
        var found = new List<string>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            found.Add(row.GetString(0));
        return found;
    }
}

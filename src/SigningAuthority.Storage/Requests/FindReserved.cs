using Npgsql;

namespace SigningAuthority.Storage.Requests;

/// <summary>Finds the draws whose address or label is held for another one: the words of constraint reserved_unit_of_another.</summary>
internal static class FindReserved
{
    private const string Select = """
        select r.id from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[]) as r(id, order_id, station_id, mac, serial)
        where exists (select from sa.reserved_unit u where u.mac = r.mac and u.held
                and ((u.station_id, u.order_id) is distinct from (r.station_id, r.order_id) or u.serial <> r.serial))
            or exists (select from sa.reserved_unit u where u.serial = r.serial and u.held and u.mac <> r.mac)
        """;

    /// <param name="dataSource">Of any role that reads reservations.</param>
    /// <param name="draws">Devices' first requests, with their order.</param>
    /// <param name="cancellation">Abandoning is safe.</param>
    /// <returns>Ids of those that can't be drawn.</returns>
    internal static async Task<HashSet<Guid>> Async(NpgsqlDataSource dataSource, NewSigningRequest[] draws, CancellationToken cancellation)
    {
        await using var command = dataSource.CreateCommand(Select);
        command.Parameters.AddColumn(draws, draw => draw.Id.Value);
        command.Parameters.AddColumn(draws, draw => draw.OrderId);
        command.Parameters.AddColumn(draws, draw => draw.StationId);
        command.Parameters.AddColumn(draws, draw => draw.Mac);
        command.Parameters.AddColumn(draws, draw => draw.Serial);
        var found = new HashSet<Guid>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            found.Add(row.GetGuid(0));
        return found;
    }
}

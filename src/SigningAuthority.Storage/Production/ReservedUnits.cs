using Npgsql;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.IssuanceLog;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Storage.Production;

/// <summary>
/// The reservations of stations. The database holds, counts and gives back the units by itself, in the transaction of each act
/// (0018_reservations.sql). As role sa_api; expiring as sa_signer. Thread-safe.
/// </summary>
public sealed class ReservedUnits(NpgsqlDataSource dataSource)
{
    private const int MostListed = 200;
    private const int ExpiredAtOnce = 100;

    private const string Select = """
        select r.id, r.station_id, r.order_id, o.name, r.key, r.units, r.product, r.macs, r.serials, r.expires_at, r.ended_at, r.outcome,
            (select count(*) from sa.reserved_unit u where u.reservation_id = r.id and u.request_id is not null)::integer
        from sa.reservation r join sa.production_order o on o.id = r.order_id
        """;

    private const string Insert = """
        insert into sa.reservation (id, station_id, order_id, key, units, product, macs, serials, expires_at, created_by)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict on constraint reservation_key do nothing
        """;

    /// <summary>The station's reservation of that name, whatever became of it.</summary>
    public async Task<Reservation?> FindAsync(Guid station, string key, CancellationToken cancellation = default)
    {
        await using var command = dataSource.CreateCommand($"{Select} where r.station_id = $1 and r.key = $2");
        command.Parameters.AddValue(station);
        command.Parameters.AddValue(key);
        return (await ReadAsync(command, cancellation)).SingleOrDefault();
    }

    /// <summary>The station's newest, the newest first.</summary>
    public async Task<IReadOnlyList<Reservation>> ListAsync(Guid station, CancellationToken cancellation = default)
    {
        await using var command = dataSource.CreateCommand($"{Select} where r.station_id = $1 order by r.id desc limit {MostListed}");
        command.Parameters.AddValue(station);
        return await ReadAsync(command, cancellation);
    }

    /// <summary>Holds the units, unless the station has a reservation of that name: then nothing is written.</summary>
    /// <returns>Null when they are held or there is that other reservation.</returns>
    /// <exception cref="NpgsqlException">See <see cref="DatabaseFaults.IsTransient"/>. Repeating the call is safe.</exception>
    public async Task<ReservationObstacle?> AddAsync(
        Reservation reservation,
        ReservationMade entry,
        CancellationToken cancellation = default
    )
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        try
        {
            await using var command = new NpgsqlCommand(Insert, connection);
            command.Parameters.AddValue(reservation.Id);
            command.Parameters.AddValue(reservation.StationId);
            command.Parameters.AddValue(reservation.OrderId);
            command.Parameters.AddValue(reservation.Key);
            command.Parameters.AddValue(reservation.Units);
            command.Parameters.AddValue(reservation.Product);
            command.Parameters.AddValue(reservation.Macs.ToArray());
            command.Parameters.AddValue(reservation.Serials.ToArray());
            command.Parameters.AddValue(reservation.ExpiresAt.UtcDateTime);
            command.Parameters.AddValue(entry.Actor);
            if (await command.ExecuteNonQueryAsync(cancellation) == 0)
                return null;
        }
        catch (PostgresException e) when (DrawUnits.IsExhausted(e))
        {
            return ReservationObstacle.OrderQuantity;
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.DeadlockDetected)
        {
            return ReservationObstacle.UnitTaken;
        }

        await AppendLogEntries.AddAsync(connection, [entry], cancellation);
        await transaction.CommitAsync(cancellation);
        return null;
    }

    /// <summary>Gives back what is left of one; nothing happens where it has ended.</summary>
    /// <param name="entry">Of its end, from the reservation as it stands then.</param>
    public Task ReleaseAsync(Guid id, Func<Reservation, ReservationEnded> entry, CancellationToken cancellation = default) =>
        EndAsync(
            $"{Select} where r.id = $1 and r.ended_at is null for update of r",
            parameters => parameters.AddValue(id),
            ReservationOutcome.Released,
            entry,
            cancellation
        );

    /// <summary>Gives back what is left of those whose time is over. Any number may run at once.</summary>
    /// <returns>How many; fewer than there are when they are very many.</returns>
    public Task<int> ExpireAsync(Func<Reservation, ReservationEnded> entry, CancellationToken cancellation = default) =>
        EndAsync(
            $"{Select} where r.ended_at is null and r.expires_at <= now() order by r.expires_at limit {ExpiredAtOnce} for update of r skip locked",
            _ => { },
            ReservationOutcome.Expired,
            entry,
            cancellation
        );

    private async Task<int> EndAsync(
        string find,
        Action<NpgsqlParameterCollection> bind,
        ReservationOutcome outcome,
        Func<Reservation, ReservationEnded> entry,
        CancellationToken cancellation
    )
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        List<Guid> ids = [];
        await using (var command = new NpgsqlCommand(find, connection))
        {
            bind(command.Parameters);
            ids.AddRange((await ReadAsync(command, cancellation)).Select(reservation => reservation.Id));
        }

        if (ids.Count == 0)
            return 0;

        await using (var end = new NpgsqlCommand("update sa.reservation set ended_at = now(), outcome = $2 where id = any($1)", connection))
        {
            end.Parameters.AddValue(ids.ToArray());
            end.Parameters.AddValue(outcome.ToString());
            await end.ExecuteNonQueryAsync(cancellation);
        }

        // Counted after the units went back: from then on nothing more is drawn.
        await using var ended = new NpgsqlCommand($"{Select} where r.id = any($1)", connection);
        ended.Parameters.AddValue(ids.ToArray());
        await AppendLogEntries.AddAsync(connection, [.. (await ReadAsync(ended, cancellation)).Select(entry)], cancellation);
        await transaction.CommitAsync(cancellation);
        return ids.Count;
    }

    private static async Task<IReadOnlyList<Reservation>> ReadAsync(NpgsqlCommand command, CancellationToken cancellation)
    {
        var reservations = new List<Reservation>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            reservations.Add(
                new Reservation(
                    row.GetGuid(0),
                    row.GetGuid(1),
                    row.GetGuid(2),
                    row.GetString(3),
                    row.GetString(4),
                    row.GetInt32(5),
                    row.GetString(6),
                    row.GetFieldValue<string[]>(7),
                    row.GetFieldValue<string[]>(8),
                    row.GetFieldValue<DateTimeOffset>(9)
                )
                {
                    EndedAt = row.GetFieldValue<DateTimeOffset?>(10),
                    Outcome = row.IsDBNull(11) ? null : Enum.Parse<ReservationOutcome>(row.GetString(11)),
                    Drawn = row.GetInt32(12),
                }
            );
        return reservations;
    }
}

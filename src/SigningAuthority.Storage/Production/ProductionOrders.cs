using Npgsql;
using SigningAuthority.Issuance.Production;
using SigningAuthority.Issuance.Production.Intake;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.Access;
using SigningAuthority.Storage.IssuanceLog;

namespace SigningAuthority.Storage.Production;

/// <summary>The production orders. Writing needs role sa_operator. Thread-safe.</summary>
public sealed class ProductionOrders(NpgsqlDataSource dataSource, TimeProvider? time = null)
{
    private const string Columns =
        "id, name, products, mac_ranges, serials, quantity, drawn, stations, not_before, not_after, profile, key_source, closed_at, signed_by, reissued, reserved";

    private const string Insert = """
        insert into sa.production_order (id, name, products, mac_ranges, serials, quantity, stations, not_before, not_after, profile, key_source, created_by,
            signed_by, file, signature)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
        """;

    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>Those that a station may draw from now or in the future: neither closed nor ended.</summary>
    public Task<IReadOnlyList<ProductionOrder>> ListWorkingAsync(CancellationToken cancellation = default) =>
        ReadAsync("where closed_at is null and not_after > now()", _ => { }, cancellation);

    /// <summary>Those that exist of the ids, whatever their state.</summary>
    public Task<IReadOnlyList<ProductionOrder>> FindManyAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancellation = default) =>
        ReadAsync("where id = any($1)", parameters => parameters.AddValue(ids.ToArray()), cancellation);

    /// <summary>Those that exist of the names, whatever their state.</summary>
    public Task<IReadOnlyList<ProductionOrder>> FindManyAsync(
        IReadOnlyCollection<string> names,
        CancellationToken cancellation = default
    ) => ReadAsync("where name = any($1)", parameters => parameters.AddValue(names.ToArray()), cancellation);

    /// <summary>The orders of rows that may have none, by id.</summary>
    public async Task<IReadOnlyDictionary<Guid, ProductionOrder>> FindOfAsync(
        IEnumerable<Guid?> ids,
        CancellationToken cancellation = default
    )
    {
        var distinct = ids.OfType<Guid>().ToHashSet();
        return distinct.Count == 0
            ? new Dictionary<Guid, ProductionOrder>()
            : (await FindManyAsync(distinct, cancellation)).ToDictionary(order => order.Id);
    }

    public async Task<ProductionOrder?> FindAsync(string name, CancellationToken cancellation = default) =>
        (await ReadAsync("where name = $1", parameters => parameters.AddValue(name), cancellation)).SingleOrDefault();

    /// <summary>All, whatever their state; those that end first come first.</summary>
    public Task<IReadOnlyList<ProductionOrder>> ListAsync(CancellationToken cancellation = default) =>
        ReadAsync("", _ => { }, cancellation);

    /// <summary>The files that orders were loaded from, of those of the ids that were.</summary>
    public async Task<IReadOnlyDictionary<Guid, SignedOrderFile>> FindFilesAsync(
        IReadOnlyCollection<Guid> ids,
        CancellationToken cancellation = default
    )
    {
        await using var command = dataSource.CreateCommand(
            "select id, file, signature from sa.production_order where id = any($1) and file is not null"
        );
        command.Parameters.AddValue(ids.ToArray());
        var files = new Dictionary<Guid, SignedOrderFile>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            files[reader.GetGuid(0)] = new SignedOrderFile(reader.GetFieldValue<byte[]>(1), reader.GetFieldValue<byte[]>(2));
        return files;
    }

    /// <param name="file">What the order was loaded from; null for one that an operator made.</param>
    /// <exception cref="AlreadyRegisteredException">There is an order of that name.</exception>
    public async Task AddAsync(ProductionOrder order, string actor, SignedOrderFile? file = null, CancellationToken cancellation = default)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        try
        {
            await using var command = new NpgsqlCommand(Insert, connection);
            AddValues(command.Parameters, order, actor);
            command.Parameters.AddValue(order.SignedBy);
            command.Parameters.AddValue(file?.File.ToArray());
            command.Parameters.AddValue(file?.Signature.ToArray());
            await command.ExecuteNonQueryAsync(cancellation);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            throw new AlreadyRegisteredException($"There is a production order '{order.Name}'.", e);
        }

        await AppendLogEntries.AddAsync(
            connection,
            [Created(order, actor) with { FileSha256 = file?.FileSha256, SignedBy = order.SignedBy }],
            cancellation
        );
        await transaction.CommitAsync(cancellation);
    }

    private static void AddValues(NpgsqlParameterCollection parameters, ProductionOrder order, string actor)
    {
        parameters.AddValue(order.Id);
        parameters.AddValue(order.Name);
        parameters.AddValue(order.Products.ToArray());
        parameters.AddValue(order.MacRanges.Select(range => range.ToString()).ToArray());
        parameters.AddValue(order.Serials.Select(rule => rule.ToString()).ToArray());
        parameters.AddValue(order.Quantity);
        parameters.AddValue(order.Stations.ToArray());
        parameters.AddValue(order.NotBefore.UtcDateTime);
        parameters.AddValue(order.NotAfter.UtcDateTime);
        parameters.AddValue(order.Profile);
        parameters.AddValue(order.KeySource.ToString());
        parameters.AddValue(actor);
    }

    private OrderCreated Created(ProductionOrder order, string actor) =>
        new()
        {
            At = _time.GetUtcNow(),
            Actor = actor,
            Subject = order.Name,
            Order = order.Name,
            Products = order.Products,
            MacRanges = [.. order.MacRanges.Select(range => range.ToString())],
            Serials = [.. order.Serials.Select(rule => rule.ToString())],
            Quantity = order.Quantity,
            Stations = order.Stations,
            NotBefore = order.NotBefore,
            NotAfter = order.NotAfter,
            Profile = order.Profile,
            KeySource = order.KeySource.ToString(),
        };

    private async Task<IReadOnlyList<ProductionOrder>> ReadAsync(
        string where,
        Action<NpgsqlParameterCollection> bind,
        CancellationToken cancellation
    )
    {
        await using var command = dataSource.CreateCommand($"select {Columns} from sa.production_order {where} order by not_after, name");
        bind(command.Parameters);
        var orders = new List<ProductionOrder>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            orders.Add(Read(reader));
        return orders;
    }

    private static ProductionOrder Read(NpgsqlDataReader row) =>
        new()
        {
            Id = row.GetGuid(0),
            Name = row.GetString(1),
            Products = row.GetFieldValue<string[]>(2),
            MacRanges = [.. row.GetFieldValue<string[]>(3).Select(MacRange.Parse)],
            Serials = [.. row.GetFieldValue<string[]>(4).Select(SerialRule.Parse)],
            Quantity = row.GetInt32(5),
            Drawn = row.GetInt32(6),
            Stations = row.GetFieldValue<string[]>(7),
            NotBefore = row.GetFieldValue<DateTimeOffset>(8),
            NotAfter = row.GetFieldValue<DateTimeOffset>(9),
            Profile = row.IsDBNull(10) ? null : row.GetString(10),
            KeySource = Enum.Parse<KeySource>(row.GetString(11)),
            ClosedAt = row.GetFieldValue<DateTimeOffset?>(12),
            SignedBy = row.IsDBNull(13) ? null : row.GetString(13),
            Reissued = row.GetInt32(14),
            Reserved = row.GetInt32(15),
        };
}

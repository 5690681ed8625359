using Npgsql;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.IssuanceLog;

namespace SigningAuthority.Storage.Notices;

/// <summary>Where providers want to be told things. As role sa_api. Thread-safe.</summary>
public sealed class Contacts(NpgsqlDataSource dataSource, TimeProvider? time = null)
{
    // Two that add at once would each see room for one more.
    private const string Lock = "select pg_advisory_xact_lock(hashtextextended('sa.contact ' || $1::text, 0))";

    private const string Insert = """
        insert into sa.contact (id, provider_id, kind, target, description, secret, added_by, about)
        select $1, $2, $3, $4, $5, $6, $7, $9
        where (select count(*) from sa.contact where provider_id = $2 and removed_at is null) < $8
        on conflict do nothing
        """;

    private const string Columns = "id, kind, target, description, added_by, added_at, about";

    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <param name="contact">What to add.</param>
    /// <param name="most">Contacts that a provider may have, inclusive.</param>
    /// <param name="actor">As the log names it.</param>
    /// <param name="cancellation">Abandoning is safe.</param>
    /// <returns>The new contact; the known one; or none, when there are too many.</returns>
    public async Task<(AddContactOutcome Outcome, Contact? Contact)> AddAsync(
        NewContact contact,
        int most,
        string actor,
        CancellationToken cancellation = default
    )
    {
        var now = _time.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using (var command = new NpgsqlCommand(Lock, connection))
        {
            command.Parameters.AddValue(contact.ProviderId);
            await command.ExecuteNonQueryAsync(cancellation);
        }

        if (await FindActiveAsync(connection, contact, cancellation) is { } known)
            return (AddContactOutcome.Known, known);
        if (!await InsertAsync(connection, id, contact, most, actor, cancellation))
            return (AddContactOutcome.TooMany, null);

        await AppendLogEntries.AddAsync(
            connection,
            [
                new ContactAdded
                {
                    At = now,
                    Actor = actor,
                    ContactId = id,
                    Kind = contact.Kind.ToString().ToLowerInvariant(),
                    Target = contact.LoggedTarget,
                    About = [.. contact.About.Select(kind => kind.ToString().ToLowerInvariant())],
                },
            ],
            cancellation
        );
        await transaction.CommitAsync(cancellation);
        return (AddContactOutcome.Added, new Contact(id, contact.Kind, contact.Target, contact.Description, actor, now, contact.About));
    }

    /// <summary>A provider's, the oldest first.</summary>
    public async Task<IReadOnlyList<Contact>> ListAsync(Guid providerId, CancellationToken cancellation = default)
    {
        await using var command = dataSource.CreateCommand(
            $"select {Columns} from sa.contact where provider_id = $1 and removed_at is null order by id"
        );
        command.Parameters.AddValue(providerId);
        var found = new List<Contact>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            found.Add(Read(reader));
        return found;
    }

    /// <returns>False when the provider has no such contact, or has it no more.</returns>
    public async Task<bool> RemoveAsync(Guid providerId, Guid id, string actor, CancellationToken cancellation = default)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using (
            var command = new NpgsqlCommand(
                "update sa.contact set removed_at = now() where id = $1 and provider_id = $2 and removed_at is null",
                connection
            )
        )
        {
            command.Parameters.AddValue(id);
            command.Parameters.AddValue(providerId);
            if (await command.ExecuteNonQueryAsync(cancellation) == 0)
                return false;
        }

        await AppendLogEntries.AddAsync(
            connection,
            [
                new ContactRemoved
                {
                    At = _time.GetUtcNow(),
                    Actor = actor,
                    ContactId = id,
                },
            ],
            cancellation
        );
        await transaction.CommitAsync(cancellation);
        return true;
    }

    private static async Task<Contact?> FindActiveAsync(NpgsqlConnection connection, NewContact contact, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            $"select {Columns} from sa.contact where provider_id = $1 and kind = $2 and target = $3 and removed_at is null",
            connection
        );
        command.Parameters.AddValue(contact.ProviderId);
        command.Parameters.AddValue(contact.Kind.ToString());
        command.Parameters.AddValue(contact.Target);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? Read(reader) : null;
    }

    private static async Task<bool> InsertAsync(
        NpgsqlConnection connection,
        Guid id,
        NewContact contact,
        int most,
        string actor,
        CancellationToken cancellation
    )
    {
        await using var command = new NpgsqlCommand(Insert, connection);
        command.Parameters.AddValue(id);
        command.Parameters.AddValue(contact.ProviderId);
        command.Parameters.AddValue(contact.Kind.ToString());
        command.Parameters.AddValue(contact.Target);
        command.Parameters.AddValue(contact.Description);
        command.Parameters.AddValue(contact.Secret);
        command.Parameters.AddValue(actor);
        command.Parameters.AddValue((long)most);
        command.Parameters.AddValue(contact.About.Select(kind => kind.ToString()).ToArray());
        return await command.ExecuteNonQueryAsync(cancellation) == 1;
    }

    private static Contact Read(NpgsqlDataReader row) =>
        new(
            row.GetGuid(0),
            Enum.Parse<ContactKind>(row.GetString(1)),
            row.GetString(2),
            row.IsDBNull(3) ? null : row.GetString(3),
            row.GetString(4),
            row.GetFieldValue<DateTimeOffset>(5),
            [.. row.GetFieldValue<string[]>(6).Select(Enum.Parse<NoticeKind>)]
        );
}

using System.Collections.Concurrent;
using Npgsql;

namespace SigningAuthority.Benchmarks.Growth;

/// <summary>Indexes that are slower to grow row by row than to build at once: all but the ascending primary keys.</summary>
internal sealed class BulkyIndexes(IReadOnlyList<string> definitions)
{
    private const int AtATime = 2;

    private const string Find = """
        select pg_get_indexdef(i.indexrelid), format('drop index %s', i.indexrelid::regclass), i.indexrelid::regclass::text, pg_relation_size(i.indrelid)
        from pg_index i join pg_class c on c.oid = i.indexrelid
        where i.indrelid = any(array['sa.signing_request', 'sa.intent', 'sa.certificate', 'sa.log_entry', 'sa.log_leaf']::regclass[])
            and not exists (select from pg_constraint where conindid = i.indexrelid)
        union all
        select format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)),
            format('alter table %s drop constraint %I', conrelid::regclass, conname), conname, 0
        from pg_constraint where conrelid in ('sa.intent'::regclass, 'sa.log_leaf'::regclass) and contype = 'u'
        """;

    public static async Task<BulkyIndexes> DropAsync(NpgsqlDataSource database, CancellationToken cancellation)
    {
        var definitions = new List<string>();
        var drops = new List<string>();
        await using (var command = database.CreateCommand(Find))
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
        {
            while (await reader.ReadAsync(cancellation))
            {
                definitions.Add(reader.GetString(0));
                drops.Add(reader.GetString(1));
            }
        }

        foreach (var drop in drops)
        {
            await using var command = database.CreateCommand(drop);
            await command.ExecuteNonQueryAsync(cancellation);
        }

        return new BulkyIndexes(definitions);
    }

    public async Task BuildAsync(NpgsqlDataSource database, CancellationToken cancellation)
    {
        // Constraints lock their table whole: they come last, alone.
        await BuildAsync(database, definitions.Where(sql => !IsConstraint(sql)), AtATime, cancellation);
        await BuildAsync(database, definitions.Where(IsConstraint), 1, cancellation);
    }

    private static bool IsConstraint(string sql) => sql.StartsWith("alter", StringComparison.Ordinal);

    private static Task BuildAsync(NpgsqlDataSource database, IEnumerable<string> builds, int atATime, CancellationToken cancellation)
    {
        var queue = new ConcurrentQueue<string>(builds);
        return Task.WhenAll(
            Enumerable
                .Range(0, atATime)
                .Select(async _ =>
                {
                    while (queue.TryDequeue(out var sql))
                    {
                        await using var command = database.CreateCommand(sql);
                        await command.ExecuteNonQueryAsync(cancellation);
                    }
                })
        );
    }
}

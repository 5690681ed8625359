using Npgsql;
using SigningAuthority.IssuanceLog.Tiles;
using SigningAuthority.IssuanceLog.Tree;

namespace SigningAuthority.Storage.IssuanceLog;

/// <summary>The log's tiles (C2SP tlog-tiles), up to the newest signed checkpoint. Thread-safe.</summary>
/// <param name="auditor">As role sa_auditor.</param>
public sealed class ReadTiles(NpgsqlDataSource auditor)
{
    // The end is asked for in the same statement: nothing beyond the newest checkpoint is ever given out.
    private const string IsPublished = "$3 <= (select max(tree_size) from sa.log_checkpoint)";

    private const string SelectLeaves = $"""
        select leaf_hash from sa.log_leaf where index >= $1 and index < $2 and {IsPublished} order by index
        """;

    private const string SelectNodes = $"""
        select hash from sa.log_node where level = $4 and index >= $1 and index < $2 and {IsPublished} order by index
        """;

    private const string SelectEntries = $"""
        select e.entry from sa.log_leaf l join sa.log_entry e on e.id = l.entry_id
        where l.index >= $1 and l.index < $2 and {IsPublished} order by l.index
        """;

    /// <returns>Hashes one after another, or an entry bundle; null where the newest signed checkpoint does not reach, or where rows are gone.</returns>
    public async Task<byte[]?> ReadAsync(TilePath tile, CancellationToken cancellation = default)
    {
        await using var command = auditor.CreateCommand(
            tile.IsEntries ? SelectEntries
            : tile.Level == 0 ? SelectLeaves
            : SelectNodes
        );
        command.Parameters.AddValue(tile.First);
        command.Parameters.AddValue(tile.First + tile.Width);
        command.Parameters.AddValue(tile.MinimumTreeSize);
        if (tile.Level > 0)
            command.Parameters.AddValue((short)tile.Level);
        var parts = new List<byte[]>(tile.Width);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            parts.Add(row.GetFieldValue<byte[]>(0));
        if (parts.Count < tile.Width)
            return null;
        return tile.IsEntries ? EntryBundle.Encode(parts) : [.. parts.SelectMany(hash => hash)];
    }

    /// <summary>For a <see cref="TiledTree"/> of a published size.</summary>
    public async ValueTask<byte[]> RequireAsync(TilePath tile, CancellationToken cancellation = default) =>
        await ReadAsync(tile, cancellation) ?? throw new TileMissingException(tile);
}

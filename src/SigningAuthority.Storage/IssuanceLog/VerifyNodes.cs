using Npgsql;
using SigningAuthority.IssuanceLog.Tiles;

namespace SigningAuthority.Storage.IssuanceLog;

/// <summary>Compares the stored inner hashes with those that the leaves make.</summary>
internal static class VerifyNodes
{
    private const string SelectNodes = """
        select n.level, n.index, n.hash
        from generate_series(1, 7) l join sa.log_node n on n.level = l and n.index >= ($1 >> (8 * l)) and n.index < ($2 >> (8 * l))
        """;

    /// <param name="connection">Nothing else may be under way on it.</param>
    /// <param name="defects">Takes what differs.</param>
    /// <param name="completed">The nodes that the leaves between the ends complete.</param>
    /// <param name="from">The first leaf.</param>
    /// <param name="to">Behind the last.</param>
    /// <param name="cancellation">Abandoning is safe.</param>
    internal static async Task RunAsync(
        NpgsqlConnection connection,
        LogDefects defects,
        IReadOnlyCollection<TreeNode> completed,
        long from,
        long to,
        CancellationToken cancellation
    )
    {
        await using var command = new NpgsqlCommand(SelectNodes, connection);
        command.Parameters.AddValue(from);
        command.Parameters.AddValue(to);
        var stored = new Dictionary<(int Level, long Index), byte[]>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            stored.Add((row.GetInt16(0), row.GetInt64(1)), row.GetFieldValue<byte[]>(2));

        foreach (var node in completed)
        {
            defects.Require(
                stored.TryGetValue((node.TileLevel, node.Index), out var hash) && hash.AsSpan().SequenceEqual(node.Hash),
                $"node {node.Index} of level {node.TileLevel}",
                "The tree has another hash here."
            );
        }
    }
}

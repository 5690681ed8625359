using Npgsql;
using NpgsqlTypes;
using SigningAuthority.IssuanceLog.Tiles;
using SigningAuthority.IssuanceLog.Tree;

namespace SigningAuthority.Storage.IssuanceLog;

/// <summary>The tree's inner hashes that tiles hold, one row for each 256 leaves, 65,536 leaves and so on.</summary>
internal static class LogNodes
{
    private const string Copy = "copy sa.log_node (level, index, hash) from stdin (format binary)";

    private const string CountNodes = "select coalesce(max(index) + 1, 0) from sa.log_node where level = $1";

    private const string SelectLeaves = "select leaf_hash from sa.log_leaf where index >= $1 and index < $2 order by index";

    private const string SelectNodes = "select hash from sa.log_node where level = $3 and index >= $1 and index < $2 order by index";

    internal static async Task WriteAsync(NpgsqlConnection connection, IReadOnlyList<TreeNode> nodes, CancellationToken cancellation)
    {
        if (nodes.Count == 0)
            return;

        await using var copy = await connection.BeginBinaryImportAsync(Copy, cancellation);
        foreach (var node in nodes)
        {
            await copy.StartRowAsync(cancellation);
            await copy.WriteAsync((short)node.TileLevel, NpgsqlDbType.Smallint, cancellation);
            await copy.WriteAsync(node.Index, NpgsqlDbType.Bigint, cancellation);
            await copy.WriteAsync(node.Hash, NpgsqlDbType.Bytea, cancellation);
        }

        await copy.CompleteAsync(cancellation);
    }

    /// <summary>Writes those that a log from before there were any lacks. Some seconds for ten million leaves, once.</summary>
    internal static async Task CompleteAsync(NpgsqlConnection connection, long treeSize, CancellationToken cancellation)
    {
        for (var level = 1; treeSize >> (level * TilePath.Height) > 0; level++)
        {
            var from = await CountAsync(connection, level, cancellation);
            var to = treeSize >> (level * TilePath.Height);
            if (from < to)
                await WriteAsync(connection, await FoldAsync(connection, level, from, to, cancellation), cancellation);
        }
    }

    /// <summary>Hashes of a level that stand one after another; 0 is the leaves'.</summary>
    internal static async IAsyncEnumerable<byte[]> ReadAsync(
        NpgsqlConnection connection,
        int level,
        long from,
        long to,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation
    )
    {
        await using var command = new NpgsqlCommand(level == 0 ? SelectLeaves : SelectNodes, connection);
        command.Parameters.AddValue(from);
        command.Parameters.AddValue(to);
        if (level > 0)
            command.Parameters.AddValue((short)level);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
            yield return row.GetFieldValue<byte[]>(0);
    }

    private static async Task<long> CountAsync(NpgsqlConnection connection, int level, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(CountNodes, connection);
        command.Parameters.AddValue((short)level);
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    private static async Task<List<TreeNode>> FoldAsync(
        NpgsqlConnection connection,
        int level,
        long from,
        long to,
        CancellationToken cancellation
    )
    {
        var nodes = new List<TreeNode>();
        var children = new CompactRange();
        await foreach (var child in ReadAsync(connection, level - 1, from * TilePath.FullWidth, to * TilePath.FullWidth, cancellation))
        {
            children.Append(child);
            if (children.Size < TilePath.FullWidth)
                continue;
            nodes.Add(new TreeNode(level, from + nodes.Count, children.Root()));
            children = new CompactRange();
        }

        return nodes;
    }
}

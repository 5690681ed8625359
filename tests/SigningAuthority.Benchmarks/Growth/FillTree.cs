using Npgsql;
using NpgsqlTypes;
using SigningAuthority.IssuanceLog.Tiles;
using SigningAuthority.IssuanceLog.Tree;

namespace SigningAuthority.Benchmarks.Growth;

/// <summary>The tree over the filled leaves: its inner hashes, and its head, which the Signer signs when it starts.</summary>
internal static class FillTree
{
    private const string SelectHead = "select tree_size, frontier from sa.log_head order by tree_size desc limit 1";

    private const string Leaves = "copy (select leaf_hash from sa.log_leaf where index >= {from} order by index) to stdout (format binary)";

    private const string Nodes = "copy sa.log_node (level, index, hash) from stdin (format binary)";

    public static async Task RunAsync(NpgsqlDataSource database, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var tree = await ReadHeadAsync(connection, cancellation);
        var nodes = new List<TreeNode>();
        await using (var leaves = await connection.BeginBinaryExportAsync(Leaves.Replace("{from}", $"{tree.Size}"), cancellation))
        {
            while (await leaves.StartRowAsync(cancellation) >= 0)
                tree.Append(await leaves.ReadAsync<byte[]>(NpgsqlDbType.Bytea, cancellation), nodes);
        }

        await using (var copy = await connection.BeginBinaryImportAsync(Nodes, cancellation))
        {
            foreach (var node in nodes)
            {
                await copy.StartRowAsync(cancellation);
                await copy.WriteAsync((short)node.TileLevel, NpgsqlDbType.Smallint, cancellation);
                await copy.WriteAsync(node.Index, NpgsqlDbType.Bigint, cancellation);
                await copy.WriteAsync(node.Hash, NpgsqlDbType.Bytea, cancellation);
            }

            await copy.CompleteAsync(cancellation);
        }

        await using var head = new NpgsqlCommand(FillStatements.Head, connection);
        head.Parameters.AddWithValue(tree.Size);
        head.Parameters.AddWithValue(tree.Root());
        head.Parameters.AddWithValue(tree.ToBytes());
        await head.ExecuteNonQueryAsync(cancellation);
    }

    private static async Task<CompactRange> ReadHeadAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(SelectHead, connection);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        return await row.ReadAsync(cancellation)
            ? CompactRange.FromBytes(row.GetInt64(0), row.GetFieldValue<byte[]>(1))
            : new CompactRange();
    }
}

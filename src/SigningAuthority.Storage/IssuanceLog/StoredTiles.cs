using Npgsql;
using SigningAuthority.IssuanceLog.Tiles;

namespace SigningAuthority.Storage.IssuanceLog;

/// <summary>The tiles of hashes as the tables have them, whether they were signed for or not.</summary>
internal static class StoredTiles
{
    /// <summary>For one tree on one connection, on which nothing else may be under way.</summary>
    internal static ReadTile On(NpgsqlConnection connection) =>
        async (tile, cancellation) =>
        {
            using var hashes = new MemoryStream();
            await foreach (var hash in LogNodes.ReadAsync(connection, tile.Level, tile.First, tile.First + tile.Width, cancellation))
                hashes.Write(hash);
            return hashes.ToArray();
        };
}

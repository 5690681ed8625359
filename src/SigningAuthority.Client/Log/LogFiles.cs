using System.Text;
using SigningAuthority.IssuanceLog.Tiles;
using SigningAuthority.IssuanceLog.Tree;

namespace SigningAuthority.Client.Log;

/// <summary>
/// The log's static files (C2SP tlog-tiles, "APIs"), wherever they are. Nothing that comes from here is believed: whoever reads
/// checks it against a checkpoint that the log's key has signed. Safe for many readers at once.
/// </summary>
internal abstract class LogFiles : IDisposable
{
    public const string CheckpointPath = "checkpoint";

    private const string KeyPath = "key";

    /// <summary>The folder or the address, for messages.</summary>
    public abstract string Place { get; }

    /// <summary>How many reads at once are worth it.</summary>
    public abstract int Parallel { get; }

    /// <summary>How many bundles to fetch ahead of the one in hand: enough that the processors never wait, and memory stays flat.</summary>
    public int Ahead => 2 * Parallel;

    /// <summary>The newest checkpoint's octets.</summary>
    /// <exception cref="LogDefectException">There is none.</exception>
    public async Task<byte[]> ReadCheckpointAsync(CancellationToken cancellation) =>
        await FindAsync(CheckpointPath, cancellation)
        ?? throw new LogDefectException(FindingCodes.CheckpointMissing, $"{Place} has no checkpoint.");

    /// <summary>What the log says its key is; whether it is right, another way must tell.</summary>
    /// <exception cref="LogDefectException">There is none, or it can't be read.</exception>
    public async Task<NoteKey> ReadKeyAsync(CancellationToken cancellation)
    {
        var octets =
            await FindAsync(KeyPath, cancellation)
            ?? throw new LogDefectException(FindingCodes.KeyMissing, $"{Place} does not publish its key.");
        try
        {
            return NoteKey.ParseVerifierKey(Encoding.UTF8.GetString(octets).Trim());
        }
        catch (FormatException wrong)
        {
            throw new LogDefectException(FindingCodes.KeyMalformed, wrong.Message);
        }
    }

    /// <summary>
    /// A tile's octets as they are found, or the beginning of the full tile that has taken a partial one's place. The reader
    /// sees to their length.
    /// </summary>
    /// <exception cref="TileMissingException">There is none.</exception>
    public async ValueTask<byte[]> ReadTileAsync(TilePath tile, CancellationToken cancellation)
    {
        if (await FindAsync(tile.ToString(), cancellation) is { } octets)
            return octets;

        // Once the full tile is there the partial ones may go (tlog-tiles, "Partial Tiles").
        var full = tile.IsEntries ? TilePath.Entries(tile.Index) : TilePath.Hashes(tile.Level, tile.Index);
        if (!tile.IsFull && await FindAsync(full.ToString(), cancellation) is { } whole)
            return Cut(tile, whole);

        throw new TileMissingException(tile, $"not in {Place}");
    }

    /// <summary>A tile's octets, which are as many as its path says.</summary>
    /// <exception cref="LogDefectException">The tile is not there, or is not as long.</exception>
    public async ValueTask<byte[]> ReadWholeTileAsync(TilePath tile, CancellationToken cancellation)
    {
        try
        {
            var octets = await ReadTileAsync(tile, cancellation);
            if (tile.IsEntries)
                ReadBundle(tile, octets);
            else if (octets.Length != tile.Width * MerkleTree.HashLength)
                throw new LogDefectException(
                    LogFindingCodes.TileTruncated,
                    $"{tile} has {octets.Length} octets, not {tile.Width * MerkleTree.HashLength}.",
                    FirstLeaf(tile)
                );
            return octets;
        }
        catch (TileMissingException missing)
        {
            throw new LogDefectException(LogFindingCodes.TileMissing, missing.Message, FirstLeaf(tile));
        }
    }

    /// <summary>A bundle's entries.</summary>
    /// <exception cref="LogDefectException">It has fewer or more than its width.</exception>
    public static IReadOnlyList<ReadOnlyMemory<byte>> ReadBundle(TilePath tile, byte[] octets)
    {
        try
        {
            return EntryBundle.Read(octets, tile.Width);
        }
        catch (FormatException wrong)
        {
            throw new LogDefectException(LogFindingCodes.TileTruncated, $"{tile}: {wrong.Message}", FirstLeaf(tile));
        }
    }

    /// <returns>Null if there is no such file.</returns>
    protected abstract ValueTask<byte[]?> FindAsync(string path, CancellationToken cancellation);

    public virtual void Dispose() { }

    // What is too short, or is no bundle, goes on as it is: its reader names it.
    private static byte[] Cut(TilePath tile, byte[] full)
    {
        if (!tile.IsEntries)
            return full[..Math.Min(full.Length, tile.Width * MerkleTree.HashLength)];
        try
        {
            return EntryBundle.Encode(EntryBundle.Read(full, TilePath.FullWidth).Take(tile.Width).Select(entry => entry.ToArray()));
        }
        catch (FormatException)
        {
            return full;
        }
    }

    private static long FirstLeaf(TilePath tile) => tile.First << (TilePath.Height * Math.Max(0, tile.Level));
}

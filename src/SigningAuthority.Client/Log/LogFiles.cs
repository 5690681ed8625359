using System.Globalization;
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

    /// <summary>The newest checkpoint's octets.</summary>
    /// <exception cref="LogDefectException">There is none.</exception>
    public async Task<byte[]> ReadCheckpointAsync(CancellationToken cancellation) =>
        await FindAsync(CheckpointPath, cancellation) ?? throw new LogDefectException("checkpoint-missing", $"{Place} has no checkpoint.");

    /// <summary>What the log says its key is; whether it is right, another way must tell.</summary>
    /// <exception cref="LogDefectException">There is none, or it can't be read.</exception>
    public async Task<NoteKey> ReadKeyAsync(CancellationToken cancellation)
    {
        var octets =
            await FindAsync(KeyPath, cancellation) ?? throw new LogDefectException("key-missing", $"{Place} does not publish its key.");
        try
        {
            return NoteKey.ParseVerifierKey(Encoding.UTF8.GetString(octets).Trim());
        }
        catch (FormatException wrong)
        {
            throw new LogDefectException("key-malformed", wrong.Message);
        }
    }

    /// <summary>A tile's octets, or a bundle's, cut to the width that was asked for.</summary>
    /// <exception cref="LogDefectException">The tile is not there, or is shorter than the tree of a checkpoint needs.</exception>
    public async ValueTask<byte[]> ReadTileAsync(TilePath tile, CancellationToken cancellation)
    {
        if (await FindAsync(tile.ToString(), cancellation) is { } octets)
            return RequireWidth(tile, octets, tile.Width);

        // Once the full tile is there the partial ones may go (tlog-tiles, "Partial Tiles").
        var full = tile.IsEntries ? TilePath.Entries(tile.Index) : TilePath.Hashes(tile.Level, tile.Index);
        if (!tile.IsFull && await FindAsync(full.ToString(), cancellation) is { } whole)
            return Cut(tile, RequireWidth(full, whole, full.Width));

        throw new LogDefectException(
            "tile-missing",
            string.Create(CultureInfo.InvariantCulture, $"{Place} has no {tile}, without which the log can't be read."),
            FirstLeaf(tile)
        );
    }

    /// <returns>Null if there is no such file.</returns>
    protected abstract ValueTask<byte[]?> FindAsync(string path, CancellationToken cancellation);

    public virtual void Dispose() { }

    private static byte[] RequireWidth(TilePath tile, byte[] octets, int width)
    {
        var expected = width * MerkleTree.HashLength;
        if (!tile.IsEntries && octets.Length != expected)
            throw new LogDefectException(
                octets.Length < expected ? "tile-truncated" : "tile-altered",
                $"{tile} has {octets.Length} octets and should have {expected}.",
                FirstLeaf(tile)
            );
        if (tile.IsEntries)
            ReadBundle(tile, octets, width);
        return octets;
    }

    /// <summary>A bundle's entries.</summary>
    /// <exception cref="LogDefectException">It has fewer or more than its width.</exception>
    public static IReadOnlyList<ReadOnlyMemory<byte>> ReadBundle(TilePath tile, byte[] octets, int width)
    {
        try
        {
            return EntryBundle.Read(octets, width);
        }
        catch (FormatException wrong)
        {
            throw new LogDefectException("tile-truncated", $"{tile} does not hold its {width} entries: {wrong.Message}", FirstLeaf(tile));
        }
    }

    private static byte[] Cut(TilePath tile, byte[] full) =>
        tile.IsEntries
            ? EntryBundle.Encode(ReadBundle(tile, full, TilePath.FullWidth).Take(tile.Width).Select(entry => entry.ToArray()))
            : full[..(tile.Width * MerkleTree.HashLength)];

    // A tile of level L spans 256^(L+1) leaves (tlog-tiles, "Merkle Tree").
    private static long FirstLeaf(TilePath tile) => tile.Index << (TilePath.Height * (Math.Max(0, tile.Level) + 1));
}

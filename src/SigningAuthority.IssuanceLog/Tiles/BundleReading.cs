using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.IssuanceLog.Tree;

namespace SigningAuthority.IssuanceLog.Tiles;

/// <summary>
/// All of a bundle that can be found out without knowing what comes before it: many are read at a time, on all processors.
/// </summary>
/// <param name="Tile">Of the entries.</param>
/// <param name="FromEntries">Their leaf hashes, 32 octets each; null if the bundle could not be had or taken apart.</param>
/// <param name="FromTile">The level-0 tile; null if it could not be had.</param>
/// <param name="Entries">In order; null where one could not be read.</param>
/// <param name="Findings">Of tiles and entries.</param>
internal sealed record BundleReading(
    TilePath Tile,
    byte[]? FromEntries,
    byte[]? FromTile,
    IReadOnlyList<StoredEntry?> Entries,
    IReadOnlyList<LogFinding> Findings
)
{
    internal static async Task<BundleReading> ReadAsync(ReadTile read, TilePath tile, CancellationToken cancellation)
    {
        var findings = new List<LogFinding>();
        var bundle = await TryAsync(read, tile, findings, cancellation);
        var hashes = await TryHashesAsync(read, TilePath.Hashes(0, tile.Index, tile.Width), findings, cancellation);
        if (bundle is not null)
        {
            try
            {
                var entries = EntryBundle.Read(bundle, tile.Width);
                return new BundleReading(tile, HashesOf(entries), hashes, Read(tile, entries, findings), findings);
            }
            catch (FormatException e)
            {
                findings.Add(new LogFinding(LogFindingCodes.TileTruncated, $"{tile}: {e.Message}", tile.First));
            }
        }

        return new BundleReading(tile, null, hashes, [], findings);
    }

    /// <summary>A tile of hashes, if it is there and as long as its path says; what is wrong with it otherwise is added.</summary>
    internal static async Task<byte[]?> TryHashesAsync(
        ReadTile read,
        TilePath tile,
        List<LogFinding> findings,
        CancellationToken cancellation
    )
    {
        var hashes = await TryAsync(read, tile, findings, cancellation);
        var octets = tile.Width * MerkleTree.HashLength;
        if (hashes is null || hashes.Length == octets)
            return hashes;

        findings.Add(new LogFinding(LogFindingCodes.TileTruncated, $"{tile} has {hashes.Length} octets, not {octets}.", FirstLeaf(tile)));
        return null;
    }

    private static async Task<byte[]?> TryAsync(ReadTile read, TilePath tile, List<LogFinding> findings, CancellationToken cancellation)
    {
        try
        {
            return await read(tile, cancellation);
        }
        catch (TileMissingException e)
        {
            findings.Add(new LogFinding(LogFindingCodes.TileMissing, e.Message, FirstLeaf(tile)));
            return null;
        }
    }

    private static long FirstLeaf(TilePath tile) => tile.First << (Math.Max(tile.Level, 0) * TilePath.Height);

    private static byte[] HashesOf(IReadOnlyList<ReadOnlyMemory<byte>> entries)
    {
        var hashes = new byte[entries.Count * MerkleTree.HashLength];
        for (var i = 0; i < entries.Count; i++)
            MerkleTree.LeafHash(entries[i].Span, hashes.AsSpan(i * MerkleTree.HashLength));
        return hashes;
    }

    private static StoredEntry?[] Read(TilePath tile, IReadOnlyList<ReadOnlyMemory<byte>> entries, List<LogFinding> findings)
    {
        var read = new StoredEntry?[entries.Count];
        for (var i = 0; i < read.Length; i++)
        {
            try
            {
                read[i] = StoredEntry.Read(entries[i].Span);
            }
            catch (FormatException e)
            {
                findings.Add(new LogFinding(LogFindingCodes.EntryUnreadable, LoggedText.From(e.Message), tile.First + i));
            }
        }

        return read;
    }
}

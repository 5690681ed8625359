namespace SigningAuthority.IssuanceLog.Tiles;

/// <summary>
/// Fetches a tile from wherever it lies. A full tile's first octets may stand in for a partial one that is gone (C2SP
/// tlog-tiles, "Partial Tiles"): the reader cuts it to the width asked for.
/// </summary>
/// <param name="tile">Which.</param>
/// <param name="cancellation">Abandons the wait.</param>
/// <returns>Its octets: 32 a hash, or an entry bundle. They prove nothing until they lead to a signed root.</returns>
/// <exception cref="TileMissingException">There is no such tile, or it can't be had.</exception>
public delegate ValueTask<byte[]> ReadTile(TilePath tile, CancellationToken cancellation);

/// <summary>A tile that a tree of the signed size must have is not there.</summary>
public sealed class TileMissingException(TilePath tile, string? reason = null, Exception? inner = null)
    : Exception($"The log's {tile} is missing{(reason is null ? "" : ": " + reason)}.", inner)
{
    public TilePath Tile { get; } = tile;
}

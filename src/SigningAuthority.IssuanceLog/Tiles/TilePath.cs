using System.Globalization;
using System.Runtime.InteropServices;

namespace SigningAuthority.IssuanceLog.Tiles;

/// <summary>
/// Where a tile lies below the log's address (C2SP tlog-tiles): "tile/0/x001/234" holds hashes, "tile/entries/x001/234.p/5"
/// entries. A partial tile names its width, so what stands under a path never changes.
/// </summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct TilePath
{
    /// <summary>Levels of the tree that one tile spans.</summary>
    public const int Height = 8;

    /// <summary>Hashes, or entries, of a full tile.</summary>
    public const int FullWidth = 1 << Height;

    /// <summary>Stands for the level of entry bundles, which lie where the leaves' hashes do.</summary>
    public const int EntriesLevel = -1;

    // Indexes are 63 bits wide: the node at level 7 spans 2^56 leaves, one at level 8 would span more than there can be.
    private const int MaxLevel = 7;
    private const string Root = "tile/";
    private const string EntriesName = "entries";
    private const string PartialMark = ".p/";

    private TilePath(int level, long index, int width)
    {
        Level = level;
        Index = index;
        Width = width;
    }

    /// <summary>0 for the leaves' hashes, up to 7; <see cref="EntriesLevel"/> for entries.</summary>
    public int Level { get; }

    /// <summary>Of the tile within its level, from 0.</summary>
    public long Index { get; }

    /// <summary>1 to 256 hashes or entries.</summary>
    public int Width { get; }

    public bool IsEntries => Level == EntriesLevel;

    public bool IsFull => Width == FullWidth;

    /// <summary>The first node (or entry) in the tile, counted within its level.</summary>
    public long First => Index * FullWidth;

    /// <summary>The smallest tree that has this tile, in leaves.</summary>
    public long MinimumTreeSize => (First + Width) << LeafBits;

    // log2 of the leaves below one node of the tile.
    private int LeafBits => Math.Max(Level, 0) * Height;

    /// <exception cref="ArgumentOutOfRangeException">No tree of up to 2^63 − 1 leaves has such a tile.</exception>
    public static TilePath Hashes(int level, long index, int width = FullWidth)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(level);
        return Checked(level, index, width);
    }

    /// <inheritdoc cref="Hashes"/>
    public static TilePath Entries(long index, int width = FullWidth) => Checked(EntriesLevel, index, width);

    /// <summary>The tile, of a tree of this size, that holds a node: partial if it is the last of its level.</summary>
    /// <param name="level">Of the tile; may be <see cref="EntriesLevel"/>.</param>
    /// <param name="node">Counted within the level; the tree must have it.</param>
    /// <param name="treeSize">In leaves.</param>
    public static TilePath Holding(int level, long node, long treeSize)
    {
        var nodes = treeSize >> (Math.Max(level, 0) * Height);
        ArgumentOutOfRangeException.ThrowIfNegative(node);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(node, nodes);
        var first = node & -FullWidth;
        return Checked(level, node / FullWidth, (int)Math.Min(FullWidth, nodes - first));
    }

    /// <summary>All entry bundles of a tree, in order; the last may be partial.</summary>
    public static IEnumerable<TilePath> EntriesOf(long treeSize) => OfLevel(EntriesLevel, treeSize);

    /// <summary>All tiles of hashes of a tree, level by level from the leaves up.</summary>
    public static IEnumerable<TilePath> HashesOf(long treeSize)
    {
        for (var level = 0; level <= MaxLevel && treeSize >> (level * Height) > 0; level++)
        {
            foreach (var tile in OfLevel(level, treeSize))
                yield return tile;
        }
    }

    /// <summary>True for the one spelling that <see cref="ToString"/> writes.</summary>
    public static bool TryParse(string? path, out TilePath tile)
    {
        tile = default;
        if (path is null || path.Length > 64 || !path.StartsWith(Root, StringComparison.Ordinal))
            return false;

        var rest = path[Root.Length..];
        var (slash, mark, width) = (rest.IndexOf('/'), rest.IndexOf(PartialMark, StringComparison.Ordinal), FullWidth);
        if (slash < 0 || (mark >= 0 && (mark < slash || !TryNumber(rest[(mark + PartialMark.Length)..], out width))))
            return false;

        var level = EntriesLevel;
        var digits = rest[(slash + 1)..(mark < 0 ? rest.Length : mark)].Replace("/", "").Replace("x", "");
        if (
            (rest[..slash] != EntriesName && !TryNumber(rest[..slash], out level))
            || !long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            || !Exists(level, index, width)
        )
        {
            return false;
        }

        tile = new TilePath(level, index, width);
        return tile.ToString() == path;
    }

    public override string ToString()
    {
        var index = $"{Index % 1000:000}";
        for (var rest = Index / 1000; rest > 0; rest /= 1000)
            index = $"x{rest % 1000:000}/{index}";
        return $"{Root}{(IsEntries ? EntriesName : Level)}/{index}{(IsFull ? "" : $"{PartialMark}{Width}")}";
    }

    private static IEnumerable<TilePath> OfLevel(int level, long treeSize)
    {
        var nodes = treeSize >> (Math.Max(level, 0) * Height);
        for (long first = 0; first < nodes; first += FullWidth)
            yield return Holding(level, first, treeSize);
    }

    private static TilePath Checked(int level, long index, int width) =>
        Exists(level, index, width)
            ? new TilePath(level, index, width)
            : throw new ArgumentOutOfRangeException(nameof(index), $"No tree has a tile {index} of width {width} at level {level}.");

    private static bool Exists(int level, long index, int width)
    {
        if (level is < EntriesLevel or > MaxLevel || width is < 1 or > FullWidth || index < 0)
            return false;

        var nodes = long.MaxValue >> (Math.Max(level, 0) * Height);
        return width <= nodes && index <= (nodes - width) / FullWidth;
    }

    private static bool TryNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}

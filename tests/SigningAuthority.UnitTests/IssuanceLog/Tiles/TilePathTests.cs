using FsCheck;
using FsCheck.Fluent;
using SigningAuthority.IssuanceLog.Tiles;
using Xunit;

namespace SigningAuthority.UnitTests.IssuanceLog.Tiles;

public sealed class TilePathTests
{
    [Theory]
    [InlineData(0, 0, 256, "tile/0/000")]
    [InlineData(0, 1_234_067, 256, "tile/0/x001/x234/067")]
    [InlineData(2, 999, 1, "tile/2/999.p/1")]
    [InlineData(1, 1000, 255, "tile/1/x001/000.p/255")]
    [InlineData(-1, 0, 5, "tile/entries/000.p/5")]
    [InlineData(-1, 39_062, 128, "tile/entries/x039/062.p/128")]
    [InlineData(7, 0, 127, "tile/7/000.p/127")]
    public void A_tile_has_one_path(int level, long index, int width, string path)
    {
        var tile = level < 0 ? TilePath.Entries(index, width) : TilePath.Hashes(level, index, width);
        Assert.Equal(path, tile.ToString());
        Assert.True(TilePath.TryParse(path, out var read));
        Assert.Equal(tile, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("tile")]
    [InlineData("tile/0")]
    [InlineData("tile/0/")]
    [InlineData("/tile/0/000")]
    [InlineData("tile/0/0")]
    [InlineData("tile/0/0000")]
    [InlineData("tile/00/000")]
    [InlineData("tile/+0/000")]
    [InlineData("tile/-1/000")]
    [InlineData("tile/8/000")]
    [InlineData("tile/64/000")]
    [InlineData("tile/Entries/000")]
    [InlineData("tile/0/001/000")]
    [InlineData("tile/0/x000/001")]
    [InlineData("tile/0/x001")]
    [InlineData("tile/0/X001/000")]
    [InlineData("tile/0/000.p/0")]
    [InlineData("tile/0/000.p/05")]
    [InlineData("tile/0/000.p/256")]
    [InlineData("tile/0/000.p/")]
    [InlineData("tile/0/000.p/5/")]
    [InlineData("tile/0/000.p/5.p/5")]
    [InlineData("tile.p/5/0/000")]
    [InlineData("tile/0/../0/000")]
    [InlineData("tile/7/000")]
    [InlineData("tile/0/x999/x999/x999/x999/x999/x999/999")]
    public void Another_spelling_or_an_impossible_tile_is_refused(string path) => Assert.False(TilePath.TryParse(path, out _));

    // The example of C2SP tlog-tiles, "Partial Tiles".
    [Fact]
    public void A_tree_of_70000_leaves_has_the_tiles_of_the_specification()
    {
        var tiles = TilePath.HashesOf(70_000).ToList();
        Assert.Equal(273, tiles.Count(t => t is { Level: 0, IsFull: true }));
        Assert.Equal(1, tiles.Count(t => t is { Level: 1, IsFull: true }));
        Assert.Equal(
            ["tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"],
            tiles.Where(tile => !tile.IsFull).Select(tile => tile.ToString())
        );
        Assert.Equal(274, TilePath.EntriesOf(70_000).Count());
        Assert.Equal(["tile/0/000", "tile/1/000.p/1"], TilePath.HashesOf(256).Select(tile => tile.ToString()));
        Assert.Empty(TilePath.HashesOf(0).Concat(TilePath.EntriesOf(0)));
    }

    [Fact]
    public void A_tile_is_there_from_its_minimum_size_on() =>
        Prop.ForAll(
                (
                    from size in Gen.Choose(1, int.MaxValue)
                    from level in Gen.Choose(-1, 3)
                    from node in Gen.Choose(0, int.MaxValue)
                    let nodes = (long)size >> (8 * Math.Max(level, 0))
                    where nodes > 0
                    select (size, level, node: node % nodes)
                ).ToArbitrary(),
                x =>
                {
                    var tile = TilePath.Holding(x.level, x.node, x.size);
                    return tile.First <= x.node
                        && x.node < tile.First + tile.Width
                        && tile.MinimumTreeSize <= x.size
                        && TilePath.Holding(x.level, x.node, tile.MinimumTreeSize) == tile
                        && (tile.Width == 1 || TilePath.Holding(x.level, tile.First, tile.MinimumTreeSize - 1) != tile)
                        && TilePath.TryParse(tile.ToString(), out var read)
                        && read == tile;
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void A_node_that_the_tree_does_not_have_is_in_no_tile() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => TilePath.Holding(1, 1, 511));
}

using System.Security.Cryptography;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.IssuanceLog.Tiles;
using SigningAuthority.IssuanceLog.Tree;
using SigningAuthority.Storage.IssuanceLog;
using Xunit;

namespace SigningAuthority.IntegrationTests.Storage;

public sealed class TileTests
{
    [Fact]
    public async Task Tiles_and_bundles_give_the_signed_root_and_nothing_beyond_it()
    {
        var scenario = await StorageScenario.CreateAsync();
        await scenario.AppendAsync(600);
        await scenario.VerifyAsync();
        // A head that is written down and not signed yet: its leaves are there.
        await scenario.AppendAsync(300);
        await Eventually.TrueAsync(
            async () => await Record.ExceptionAsync(() => scenario.Sequencer(_ => throw new IOException()).RunAsync()) is IOException,
            "the key is away"
        );
        var tiles = new ReadTiles(scenario.Auditor);
        var checkpoint = (await new Checkpoints(scenario.Auditor).LatestAsync())!;
        Assert.Equal(600, checkpoint.TreeSize);

        Assert.Equal(checkpoint.RootHash, await new TiledTree(600, tiles.RequireAsync).RootAsync());
        var tree = new CompactRange();
        foreach (var path in TilePath.EntriesOf(600))
        {
            var bundle = EntryBundle.Read((await tiles.ReadAsync(path))!, path.Width);
            foreach (var entry in bundle)
                tree.Append(MerkleTree.LeafHash(entry.Span));
        }

        Assert.Equal(checkpoint.RootHash, tree.Root());
        foreach (
            var beyond in (TilePath[])
                [
                    TilePath.Hashes(0, 2),
                    TilePath.Hashes(0, 2, 89),
                    TilePath.Entries(2, 89),
                    TilePath.Hashes(1, 0, 3),
                    TilePath.Hashes(7, 0, 1),
                    TilePath.Entries(4_000_000),
                ]
        )
            Assert.Null(await tiles.ReadAsync(beyond));
        Assert.Equal(88 * MerkleTree.HashLength, (await tiles.ReadAsync(TilePath.Hashes(0, 2, 88)))!.Length);
        Assert.Equal(2 * MerkleTree.HashLength, (await tiles.ReadAsync(TilePath.Hashes(1, 0, 2)))!.Length);
        Assert.Equal(900, (await scenario.VerifyAsync()).Leaves);
    }

    [Fact]
    public async Task An_issued_certificate_has_a_receipt_once_it_is_sealed()
    {
        var scenario = await StorageScenario.CreateAsync();
        await scenario.AppendAsync(300);
        await scenario.SubmitOneAsync(StorageScenario.Device());
        await StorageScenario.IssueAsync(scenario.Queue(), Lane.Device);
        var certificate = (await scenario.Superuser.ColumnAsync<byte[]>("select sha256 from sa.certificate")).Single();
        var receipts = new FindReceipts(scenario.Auditor);
        Assert.Null(await receipts.FindAsync(certificate));

        await scenario.VerifyAsync();
        await scenario.AppendAsync(400);
        await scenario.VerifyAsync();

        var receipt = (await receipts.FindAsync(certificate))!;
        Assert.True(receipt.Verify(StorageScenario.NoteKey));
        Assert.Equal(Convert.ToHexStringLower(certificate), StoredEntry.Read(receipt.Entry).Fingerprint);
        // The first checkpoint that covers it, whatever came since: the same receipt for ever.
        Assert.Equal(303, receipt.Inclusion.TreeSize);
        Assert.Null(await receipts.FindAsync(SHA256.HashData(certificate)));
    }
}

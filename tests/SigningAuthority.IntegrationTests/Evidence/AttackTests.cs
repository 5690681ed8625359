using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Storage;
using SigningAuthority.IssuanceLog.Tiles;
using SigningAuthority.IssuanceLog.Tree;
using SigningAuthority.Storage.IssuanceLog;
using SigningAuthority.UnitTests.IssuanceLog.Tiles;
using Xunit;

namespace SigningAuthority.IntegrationTests.Evidence;

/// <summary>
/// What a Postgres superuser, a thief of the log's key, or whoever serves its files might do; and who finds it, by which name.
/// Each on a copy of its own, with the database's guards switched off.
/// </summary>
public sealed class AttackTests(SoundEvidence evidence) : IClassFixture<SoundEvidence>
{
    private const string Edit = """
        update sa.log_entry set entry = convert_to(replace(convert_from(entry, 'UTF8'), '"device"', '"devise"'), 'UTF8')
        where id = (select entry_id from sa.log_leaf where type = 'certificate.intended' and index >= 100 order by index limit 1)
        """;

    [Fact]
    public async Task Whoever_looks_finds_the_log_sound_before_an_attack()
    {
        var log = await evidence.CopyAsync();
        await log.PublishAsync();
        Assert.Empty(await log.VerifyAsync());
        Assert.Empty(await log.VerifyAsync(remembering: true));
        Assert.Empty(await log.WitnessAsync());
        Assert.Empty(await log.ReconcileAsync());
        Assert.Null(await log.StartAsync());
    }

    [Fact]
    public async Task Go_s_transparency_log_reads_the_same_out_of_the_files()
    {
        var log = await evidence.CopyAsync();
        await log.PublishAsync();
        var proofs = Path.Combine(log.Files, "..", "proofs.json");
        var leaf = await log.Scenario.Superuser.ScalarAsync<byte[]>("select leaf_hash from sa.log_leaf where index = 300");
        var proof = await new TiledTree(SoundEvidence.Today, new ReadTiles(log.Scenario.Auditor).RequireAsync).ProveInclusionAsync(300);
        await File.WriteAllTextAsync(
            proofs,
            JsonSerializer.Serialize(
                new
                {
                    inclusion = new[]
                    {
                        new
                        {
                            Index = 300,
                            Leaf = leaf,
                            proof.Path,
                        },
                    },
                }
            )
        );
        var said = await GoTransparencyLog.RunAsync(
            Repository.Root,
            ["verify", log.Files, StorageScenario.NoteKey.ToVerifierKey(), proofs]
        );
        Assert.StartsWith("720 entries, ", said);
        Assert.EndsWith("1 proofs\n", said);
    }

    [Fact]
    public async Task An_edited_entry()
    {
        var log = await evidence.CopyAsync();
        await log.TamperAsync(Edit);
        await log.PublishAsync();
        Assert.Equal([LogFindingCodes.EntryAltered], await log.VerifyAsync());
        Assert.Contains("The entry's bytes are not those that were hashed.", await log.ReconcileAsync());
    }

    [Fact]
    public async Task An_edited_entry_with_every_hash_over_it()
    {
        var log = await evidence.CopyAsync();
        await log.TamperAsync(Edit);
        await log.RehashAsync();
        await log.PublishAsync();
        Assert.Equal([LogFindingCodes.RootMismatch], await log.VerifyAsync());
        Assert.Contains("The signed note says something else.", await log.ReconcileAsync());
        Assert.Equal(SealingStop.AnotherTree, await log.StartAsync());
    }

    // With the key too, nothing in the files is wrong any more: that is what others remember checkpoints for.
    [Fact]
    public async Task An_edited_entry_with_every_hash_over_it_signed_with_the_log_s_own_key()
    {
        var log = await evidence.CopyAsync();
        await log.TamperAsync(Edit);
        await log.RehashAsync();
        await log.SignAgainAsync();
        await log.PublishAsync();
        Assert.Equal([LogFindingCodes.Fork], await log.VerifyAsync(remembering: true));
        Assert.Equal([LogFindingCodes.Fork], await log.WitnessAsync());
        Assert.Equal(SealingStop.AnotherTree, await log.StartAsync());

        await log.GrowAsync(100);
        await log.PublishAsync();
        Assert.Equal([LogFindingCodes.Fork], await log.VerifyAsync(remembering: true));
        Assert.Equal([LogFindingCodes.Fork], await log.WitnessAsync());
    }

    // The leaves are those that were signed for; the hashes over them, and so the newest head, are of others.
    [Fact]
    public async Task A_head_over_other_leaves_than_those_in_their_rows()
    {
        var log = await evidence.CopyAsync();
        await log.GrowAsync(80);
        await log.RehashAsync(forged: 600);
        await log.SignAgainAsync();
        await log.PublishAsync();
        Assert.Contains(LogFindingCodes.TileAltered, await log.VerifyAsync());
        Assert.Equal([LogFindingCodes.TileAltered], await log.WitnessAsync());
        Assert.Contains("checkpoint 800", await log.ReconcileAsync());
        Assert.Equal(SealingStop.AnotherTree, await log.StartAsync());
    }

    [Fact]
    public async Task An_edited_certificate_row()
    {
        var log = await evidence.CopyAsync();
        await log.TamperAsync(
            """
            update sa.certificate set der = set_byte(der, octet_length(der) - 1, 255 - get_byte(der, octet_length(der) - 1))
            where serial_number = (select serial_number from sa.certificate order by serial_number limit 1)
            """
        );
        Assert.Contains("The certificate is not the intended one.", await log.ReconcileAsync());
    }

    [Fact]
    public async Task An_entry_deleted_from_the_middle()
    {
        var log = await evidence.CopyAsync();
        await log.TamperAsync("delete from sa.log_leaf where index = 300");
        await log.PublishAsync();
        Assert.Equal([LogFindingCodes.TileMissing], await log.VerifyAsync());
        Assert.Contains("Leaf 300 should stand here.", await log.ReconcileAsync());
    }

    [Fact]
    public async Task An_entry_deleted_from_the_middle_and_the_gap_closed()
    {
        var log = await evidence.CopyAsync();
        // The last one once more, so that there are as many as were signed for.
        await log.TamperAsync(
            """
            delete from sa.log_entry where id = (select entry_id from sa.log_leaf where index = 300);
            delete from sa.log_leaf where index = 300;
            update sa.log_leaf set index = index + 1000000 where index > 300;
            update sa.log_leaf set index = index - 1000001 where index > 1000000;
            with filler as (
                insert into sa.log_entry (written_by, type, actor, subject, request_id, mac, serial, fingerprint, at, entry)
                    select written_by, type, actor, subject, request_id, mac, serial, fingerprint, at, entry from sa.log_entry
                    where id = (select entry_id from sa.log_leaf where index = 718) returning id
            )
            insert into sa.log_leaf (index, entry_id, leaf_hash, type, actor, at_most)
                select 719, filler.id, leaf_hash, type, actor, at_most from filler, sa.log_leaf where index = 718
            """
        );
        await log.RehashAsync();
        await log.PublishAsync();
        Assert.Contains(LogFindingCodes.RootMismatch, await log.VerifyAsync());
        Assert.Contains("The signed note says something else.", await log.ReconcileAsync());
        Assert.Equal(SealingStop.AnotherTree, await log.StartAsync());
    }

    [Fact]
    public async Task The_newest_entries_deleted()
    {
        var log = await evidence.CopyAsync();
        await log.TamperAsync(
            $"""
            delete from sa.log_checkpoint where tree_size > {SoundEvidence.Yesterday};
            delete from sa.log_signing where tree_size > {SoundEvidence.Yesterday};
            delete from sa.log_head where tree_size > {SoundEvidence.Yesterday};
            create temp table gone as select entry_id from sa.log_leaf where index >= {SoundEvidence.Yesterday};
            delete from sa.log_leaf where index >= {SoundEvidence.Yesterday};
            delete from sa.log_entry where id in (select entry_id from gone)
            """
        );
        await log.PublishAsync();
        Assert.Empty(await log.VerifyAsync());
        await RolledBackAsync(log);
        Assert.Contains("entries tell of", await log.ReconcileAsync());
    }

    [Fact]
    public async Task Two_entries_reordered()
    {
        var log = await evidence.CopyAsync();
        await log.TamperAsync(
            """
            update sa.log_leaf set index = 1000000 where index = 300;
            update sa.log_leaf set index = 300 where index = 301;
            update sa.log_leaf set index = 301 where index = 1000000
            """
        );
        await log.PublishAsync();
        var found = await log.VerifyAsync();
        Assert.Contains(LogFindingCodes.TileAltered, found);
        Assert.Contains(LogFindingCodes.RootMismatch, found);
        Assert.Contains("The entry was written before the one it follows.", await log.ReconcileAsync());

        await log.RehashAsync();
        await log.PublishAsync();
        Assert.Contains(LogFindingCodes.RootMismatch, await log.VerifyAsync());
        Assert.Equal(SealingStop.AnotherTree, await log.StartAsync());
    }

    [Fact]
    public async Task An_entry_inserted_with_an_old_date()
    {
        var log = await evidence.CopyAsync();
        await log.GrowAsync(1, "an act of last week", DateTimeOffset.UtcNow.AddDays(-7));
        await log.PublishAsync();
        Assert.Equal([LogFindingCodes.ClockWentBack], await log.VerifyAsync());
        Assert.Equal([LogFindingCodes.ClockWentBack], await log.VerifyAsync(remembering: true));
        Assert.Contains("inserted with an old date", await log.ReconcileAsync());
    }

    [Fact]
    public async Task Yesterday_s_database_restored()
    {
        var log = await evidence.YesterdayAsync();
        await log.PublishAsync();
        Assert.Empty(await log.VerifyAsync());
        await RolledBackAsync(log);
    }

    [Fact]
    public async Task Yesterday_s_database_restored_and_gone_on_from()
    {
        var log = await evidence.YesterdayAsync();
        await log.GrowAsync(200, "others");
        await log.PublishAsync();
        Assert.Empty(await log.VerifyAsync());
        Assert.Equal([LogFindingCodes.Fork], await log.VerifyAsync(remembering: true));
        Assert.Equal([LogFindingCodes.Fork], await log.WitnessAsync());
        Assert.Equal(SealingStop.AnotherTree, await log.StartAsync());
    }

    [Fact]
    public async Task Two_sequencers_at_one_database_make_one_log()
    {
        var log = await evidence.CopyAsync();
        var one = log.Scenario.Sequencer(signer: "signer/one");
        var two = log.Scenario.Sequencer(signer: "signer/two");
        for (var round = 0; round < 20; round++)
        {
            await log.Scenario.SubmitAsync(StorageScenario.Device(), StorageScenario.Device());
            await Task.WhenAll(one.RunAsync(), two.RunAsync());
        }

        await log.Scenario.VerifyAsync();
        await log.PublishAsync();
        Assert.Empty(await log.VerifyAsync());
        Assert.Empty(await log.VerifyAsync(remembering: true));
        Assert.Empty(await log.WitnessAsync());
        Assert.Empty(await log.ReconcileAsync());
    }

    // Two sequencers of which neither sees the other: each goes on from its own copy, with the same key.
    [Fact]
    public async Task Two_views_for_two_auditors()
    {
        foreach (var (mine, others) in new[] { (50, 50), (50, 80) })
        {
            var (view, other) = (await evidence.CopyAsync(), await evidence.CopyAsync());
            await view.GrowAsync(mine, "for one");
            await view.PublishAsync();
            Assert.Empty(await view.VerifyAsync(remembering: true));
            Assert.Empty(await view.WitnessAsync());

            await other.GrowAsync(others, "for the other");
            await other.PublishAsync();
            Assert.Empty(await other.VerifyAsync());
            Directory.Delete(view.Files, recursive: true);
            Directory.Move(other.Files, view.Files);
            Assert.Equal([LogFindingCodes.Fork], await view.VerifyAsync(remembering: true));
            Assert.Equal([LogFindingCodes.Fork], await view.WitnessAsync());
        }
    }

    [Fact]
    public async Task A_swapped_log_key()
    {
        using var swapped = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var key = new NoteKey(StorageScenario.Origin, swapped.ExportSubjectPublicKeyInfo());
        var sealing = StorageScenario.Sealing() with { Key = key, Sign = (body, _) => ValueTask.FromResult(Sign(body)) };
        var log = await evidence.CopyAsync();
        Assert.Equal(SealingStop.AnotherKey, await log.StartAsync(sealing));

        // Whoever changes the key's notes as well deceives none that have the old key.
        await log.TamperAsync("delete from sa.log_checkpoint");
        await log.GrowAsync(10, sealing: sealing);
        await log.PublishAsync();
        Assert.Equal(["wrong-log-key"], await log.VerifyAsync());
        Assert.Equal(["wrong-log-key"], await log.WitnessAsync());
        Assert.Contains("The note's signature is not the log's.", await log.ReconcileAsync());

        string Sign(string body) =>
            SignedNote.Format(
                body,
                key.Name,
                key.Id,
                swapped.SignData(Encoding.UTF8.GetBytes(body), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)
            );
    }

    [Theory]
    [InlineData("tile/entries/001")]
    [InlineData("tile/entries/002.p/208")]
    [InlineData("tile/0/000")]
    [InlineData("tile/0/002.p/208")]
    [InlineData("tile/1/000.p/2")]
    public async Task A_truncated_tile(string tile)
    {
        var log = await evidence.CopyAsync();
        await log.PublishAsync();
        var file = Path.Combine(log.Files, tile);
        await File.WriteAllBytesAsync(file, (await File.ReadAllBytesAsync(file))[..^1]);
        Assert.Equal([LogFindingCodes.TileTruncated], await log.VerifyAsync());
    }

    // The tile is in the proof of what was before, and in none of the hashes that the root is made of now.
    [Fact]
    public async Task A_damaged_tile_is_not_taken_for_a_second_history()
    {
        var log = await evidence.CopyAsync();
        await log.GrowAsync(80);
        await log.PublishAsync();
        var file = Path.Combine(log.Files, "tile/0/002");
        var octets = await File.ReadAllBytesAsync(file);
        octets[40] ^= 1;
        await File.WriteAllBytesAsync(file, octets);
        Assert.Equal([LogFindingCodes.TileAltered], await log.WitnessAsync());
        Assert.Equal([LogFindingCodes.TileAltered], await log.VerifyAsync());
    }

    [Fact]
    public async Task A_clock_that_goes_backwards()
    {
        var log = await evidence.CopyAsync();
        var yesterday = new Clock(DateTimeOffset.UtcNow.AddDays(-1));
        Assert.Equal(SealingStop.ClockWentBack, await log.StartAsync(StorageScenario.Sealing() with { Time = yesterday }));

        // A sequencer without scruples leaves it in the entries.
        await log.GrowAsync(1, at: yesterday.GetUtcNow());
        await log.PublishAsync();
        Assert.Equal([LogFindingCodes.ClockWentBack], await log.VerifyAsync());
    }

    private static async Task RolledBackAsync(AttackedLog log)
    {
        Assert.Equal([LogFindingCodes.RolledBack], await log.VerifyAsync(remembering: true));
        Assert.Equal([LogFindingCodes.RolledBack], await log.WitnessAsync());
        Assert.Equal(SealingStop.RolledBack, await log.StartAsync());
    }

    private sealed class Clock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}

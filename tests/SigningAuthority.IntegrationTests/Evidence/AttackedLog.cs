using Npgsql;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Storage;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.IssuanceLog.Tiles;
using SigningAuthority.IssuanceLog.Tree;
using SigningAuthority.Storage.IssuanceLog;
using SigningAuthority.Storage.IssuanceLog.Reconciliation;
using Xunit;

namespace SigningAuthority.IntegrationTests.Evidence;

/// <summary>
/// A copy of a sound log for somebody to tamper with, and the four who look: an auditor's <c>signctl log verify</c>, a witness,
/// reconciliation, and a sequencer that starts. The auditor, the witness and the sequencer remember the log as it was.
/// </summary>
internal sealed class AttackedLog(StorageScenario scenario, string folder, SealedHead remembered)
{
    public StorageScenario Scenario => scenario;

    /// <summary>The log's files, as whoever serves the database would serve them.</summary>
    public string Files => Path.Combine(folder, "log");

    private NpgsqlDataSource Superuser => scenario.Superuser;

    /// <summary>As a superuser, with all guards off.</summary>
    public async Task TamperAsync(string sql)
    {
        await scenario.DisableGuardsAsync();
        await Superuser.ExecuteAsync(sql);
    }

    /// <summary>Makes all hashes fit the entries again, up to each head; what was signed stays as it is.</summary>
    /// <param name="forged">A leaf that the hashes above it have another hash of than its own row; none if negative.</param>
    public async Task RehashAsync(long forged = -1)
    {
        await scenario.DisableGuardsAsync();
        var sizes = await Superuser.ColumnAsync<long>("select tree_size from sa.log_head order by tree_size");
        var entries = await Superuser.ColumnAsync<byte[]>(
            "select e.entry from sa.log_leaf l join sa.log_entry e on e.id = l.entry_id order by l.index"
        );
        var (tree, nodes) = (new CompactRange(), new List<TreeNode>());
        var sql = new List<string> { "delete from sa.log_node" };
        foreach (var entry in entries)
        {
            var leaf = MerkleTree.LeafHash(entry);
            sql.Add($"update sa.log_leaf set leaf_hash = {Sql(leaf)} where index = {tree.Size}");
            tree.Append(tree.Size == forged ? MerkleTree.EmptyRoot : leaf, nodes);
            if (sizes.Contains(tree.Size))
            {
                sql.Add(
                    $"update sa.log_head set root_hash = {Sql(tree.Root())}, frontier = {Sql(tree.ToBytes())} where tree_size = {tree.Size}"
                );
                sql.Add($"update sa.log_checkpoint set root_hash = {Sql(tree.Root())} where tree_size = {tree.Size}");
            }
        }

        sql.AddRange(nodes.Select(node => $"insert into sa.log_node values ({node.TileLevel}, {node.Index}, {Sql(node.Hash)})"));
        await Superuser.ExecuteAsync(string.Join(";\n", sql));
    }

    /// <summary>Signs all heads anew, as only the log's key can.</summary>
    public async Task SignAgainAsync()
    {
        foreach (var size in await Superuser.ColumnAsync<long>("select tree_size from sa.log_head"))
        {
            var root = await Superuser.ScalarAsync<byte[]>($"select root_hash from sa.log_head where tree_size = {size}");
            var note = StorageScenario.SignNote(new Checkpoint(StorageScenario.Origin, size, root).Body());
            await Superuser.ExecuteAsync($"update sa.log_checkpoint set note = '{note}' where tree_size = {size}");
        }
    }

    /// <summary>Appends entries that tell one view from another, and seals until they are published.</summary>
    public async Task GrowAsync(int entries, string name = "roots", DateTimeOffset? at = null, LogSealing? sealing = null)
    {
        const string published = "select coalesce(max(tree_size), 0) from sa.log_checkpoint";
        var end = await Superuser.ScalarAsync<long>("select max(tree_size) from sa.log_head") + entries;
        var made = Enumerable.Range(0, entries).Select(_ => Made(name, at ?? DateTimeOffset.UtcNow));
        await new AppendLogEntries(scenario.Api).AppendAsync([.. made]);
        var sequencer = new SequenceLogEntries(scenario.Signer, sealing ?? StorageScenario.Sealing());
        await Eventually.TrueAsync(
            async () =>
            {
                await sequencer.RunAsync();
                return await Superuser.ScalarAsync<long>(published) >= end;
            },
            $"{end} entries are sealed"
        );
    }

    /// <summary>Writes what the database now has as files. A tile that it can't make is not there.</summary>
    public async Task PublishAsync()
    {
        if (Directory.Exists(Files))
            Directory.Delete(Files, recursive: true);
        var newest = (await new Checkpoints(scenario.Auditor).LatestAsync())!;
        var tiles = new ReadTiles(scenario.Auditor);
        foreach (var tile in TilePath.EntriesOf(newest.TreeSize).Concat(TilePath.HashesOf(newest.TreeSize)))
        {
            var file = Path.Combine(Files, tile.ToString());
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            if (await tiles.ReadAsync(tile) is { } octets)
                await File.WriteAllBytesAsync(file, octets);
        }

        await File.WriteAllTextAsync(Path.Combine(Files, "checkpoint"), newest.Note);
    }

    /// <summary>The names of what <c>signctl log verify</c> finds in the published files; none if it says that all is sound.</summary>
    /// <param name="remembering">From where it verified last, with the checkpoint of then; else from the first entry.</param>
    public Task<IReadOnlyList<string>> VerifyAsync(bool remembering = false) =>
        SignctlAsync([
            "verify",
            Files,
            "--key",
            Beside("log.pub"),
            .. remembering ? ["--state", Beside("audit.state")] : Array.Empty<string>(),
        ]);

    /// <summary>Why the witness does not cosign the published checkpoint; nothing if it does.</summary>
    public Task<IReadOnlyList<string>> WitnessAsync() =>
        SignctlAsync([
            "witness",
            Files,
            "--key",
            Beside("witness.key"),
            "--log-key",
            Beside("log.pub"),
            "--state",
            Beside("witness.state"),
            "--once",
        ]);

    /// <summary>What reconciliation of everything finds.</summary>
    public async Task<string> ReconcileAsync()
    {
        var result = await new ReconcileLog(scenario.Signer, TimeProvider.System).RunAsync(
            StorageScenario.NoteKey,
            whole: true,
            "signer/test"
        );
        return string.Join('\n', result.Differences);
    }

    /// <summary>Why a sequencer that remembers the log does not go on from this database; null if it does.</summary>
    public async Task<SealingStop?> StartAsync(LogSealing? sealing = null)
    {
        await new AppendLogEntries(scenario.Api).AppendAsync([Made("news", DateTimeOffset.UtcNow)]);
        var sequencer = new SequenceLogEntries(scenario.Signer, (sealing ?? StorageScenario.Sealing()) with { Remembered = remembered });
        SealingStop? stopped = null;

        // Other tests' transactions hold new entries back while they last.
        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    return await sequencer.RunAsync() > 0;
                }
                catch (SealingStoppedException stop)
                {
                    stopped = stop.Reason;
                    return true;
                }
            },
            "the sequencer seals, or says why not"
        );
        return stopped;
    }

    private static async Task<IReadOnlyList<string>> SignctlAsync(string[] arguments)
    {
        var ended = await ExternalProgram.RunAsync(BuiltProgram.Dotnet, [BuiltProgram.Signctl, "log", .. arguments]);
        if (ended.ExitCode == 0)
            return [];

        Assert.True(ended.ExitCode == 2, ended.ToString());
        const string mark = "signctl: ";
        var names = ended.Error.Split('\n').Where(line => line.StartsWith(mark, StringComparison.Ordinal));
        return [.. names.Select(line => line[mark.Length..].Split(':')[0]).Distinct()];
    }

    private static RootsDownloaded Made(string name, DateTimeOffset at) =>
        new()
        {
            At = at,
            Actor = "anonymous",
            Name = name,
            Format = "pem",
        };

    private static string Sql(byte[] octets) => $"'\\x{Convert.ToHexString(octets)}'";

    private string Beside(string file) => Path.Combine(folder, file);
}

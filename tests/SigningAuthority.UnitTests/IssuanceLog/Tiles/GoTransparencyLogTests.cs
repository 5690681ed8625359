using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SigningAuthority.IssuanceLog.Tiles;
using SigningAuthority.IssuanceLog.Tree;
using SigningAuthority.UnitTests.Issuance;
using SigningAuthority.UnitTests.IssuanceLog.Tree;
using Xunit;

namespace SigningAuthority.UnitTests.IssuanceLog.Tiles;

/// <summary>Tiles, bundles, notes and proofs are compared with those of golang.org/x/mod/sumdb, which shares nothing with ours.</summary>
public sealed class GoTransparencyLogTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("go-tlog");
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private NoteKey Key => new("log.example.com", _key.ExportSubjectPublicKeyInfo());

    public void Dispose()
    {
        _key.Dispose();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(256)]
    [InlineData(70_000)]
    public async Task Go_makes_the_same_tiles_roots_and_proofs(int size)
    {
        var tiles = new TilesInMemory([.. Enumerable.Range(0, size).Select(i => Encoding.UTF8.GetBytes($"entry {i}"))]);
        Write(tiles);
        var said = await RunAsync(await WriteProofsAsync(tiles));
        var files = TilePath.EntriesOf(size).Concat(TilePath.HashesOf(size)).Count();
        Assert.StartsWith($"{size} entries, {files} tiles, ", said);
    }

    [Fact]
    public async Task Go_finds_an_altered_tile_a_forged_proof_and_another_key()
    {
        var tiles = new TilesInMemory([.. Enumerable.Range(0, 600).Select(i => Encoding.UTF8.GetBytes($"entry {i}"))]);
        Write(tiles);
        var proofs = await WriteProofsAsync(tiles);

        var text = await File.ReadAllTextAsync(proofs);
        await File.WriteAllTextAsync(proofs, text.Replace("\"Index\":0", "\"Index\":1"));
        Assert.Contains("inclusion of 1", await FailsAsync(proofs));
        await File.WriteAllTextAsync(proofs, text);

        var tile = FileOf(TilePath.Hashes(0, 1));
        var octets = await File.ReadAllBytesAsync(tile);
        octets[0] ^= 1;
        await File.WriteAllBytesAsync(tile, octets);
        Assert.Contains("tile/0/001 is another", await FailsAsync(proofs));

        var checkpoint = Path.Combine(_folder.FullName, "checkpoint");
        await File.WriteAllTextAsync(checkpoint, (await File.ReadAllTextAsync(checkpoint)).Replace("600", "599"));
        Assert.Contains("checkpoint: ", await FailsAsync(proofs));
    }

    [Fact]
    public async Task A_note_that_Go_signed_with_an_ECDSA_key_is_read_and_verified()
    {
        var body = new Checkpoint("log.example.com/go", 8, ReferenceTree.Root(8)).Body();
        var said = await GoTransparencyLog.RunAsync(RepositoryFolder.TheRoot, ["sign", "log.example.com/go"], body);
        var end = said.IndexOf('\n');
        var key = NoteKey.ParseVerifierKey(said[..end]);
        var note = SignedNote.Parse(said[(end + 1)..]);
        Assert.True(note.IsSignedBy(key));
        Assert.Equal(body, note.Text);
        Assert.Equal(said[(end + 1)..], note.ToString());
    }

    private void Write(TilesInMemory tiles)
    {
        foreach (var tile in TilePath.EntriesOf(tiles.Size).Concat(TilePath.HashesOf(tiles.Size)))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(FileOf(tile))!);
            File.WriteAllBytes(FileOf(tile), tiles[tile]);
        }

        var body = tiles.Checkpoint.Body();
        var signature = _key.SignData(Encoding.UTF8.GetBytes(body), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

        // A line of a key that Go does not know: a witness's.
        var note = SignedNote.Format(body, [new(Key.Name, Key.Id, signature), new("witness.example.com", 1, [1, 2, 3])]);
        File.WriteAllText(Path.Combine(_folder.FullName, "checkpoint"), note);
    }

    private async Task<string> WriteProofsAsync(TilesInMemory tiles)
    {
        var (tree, random) = (tiles.Tree, new Random(1));
        var picks = Enumerable.Range(0, 200).Select(_ => random.NextInt64(tiles.Size)).Append(tiles.Size - 1).Append(0).ToList();
        var inclusion = new List<object>();
        var consistency = new List<object>();
        foreach (var pick in picks)
        {
            var included = await tree.ProveInclusionAsync(pick);
            inclusion.Add(
                new
                {
                    Index = pick,
                    Leaf = tiles.LeafHashes[(int)pick],
                    included.Path,
                }
            );
            var first = pick + 1;
            var consistent = await tree.ProveConsistencyAsync(first);
            consistency.Add(
                new
                {
                    First = first,
                    Root = (await tree.FrontierAsync(first)).Root(),
                    consistent.Path,
                }
            );
        }

        var file = Path.Combine(_folder.FullName, "proofs.json");
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(new { inclusion, consistency }));
        return file;
    }

    private async Task<string> FailsAsync(string proofs) =>
        (await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync(proofs))).Message;

    private Task<string> RunAsync(string proofs) =>
        GoTransparencyLog.RunAsync(RepositoryFolder.TheRoot, ["verify", _folder.FullName, Key.ToVerifierKey(), proofs]);

    private string FileOf(TilePath tile) => Path.Combine(_folder.FullName, tile.ToString());
}

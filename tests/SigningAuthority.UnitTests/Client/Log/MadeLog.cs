using System.Security.Cryptography;
using System.Text;
using SigningAuthority.IssuanceLog.Tiles;
using SigningAuthority.IssuanceLog.Tree;

namespace SigningAuthority.UnitTests.Client.Log;

/// <summary>
/// A log as static files (C2SP tlog-tiles), made entry by entry in a folder, with a key of its own. Knows no more of it than the
/// tiles that are not full yet, so it may be as large as the disk.
/// </summary>
internal sealed class MadeLog : IDisposable
{
    public const string Origin = "ca.example.com/log";

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly CompactRange _tree = new();
    private readonly List<byte[]> _entries = [];
    private readonly List<List<byte[]>> _levels =
    [
        [],
    ];

    public MadeLog(string folder)
    {
        Folder = Directory.CreateDirectory(folder).FullName;
        Key = new NoteKey(Origin, _key.ExportSubjectPublicKeyInfo());
    }

    public string Folder { get; }

    public NoteKey Key { get; }

    public long Size => _tree.Size;

    /// <summary>The key's verifier line in a file, as auditors have it.</summary>
    public string WriteKey(string path)
    {
        File.WriteAllText(path, Key.ToVerifierKey() + "\n");
        return path;
    }

    public void Append(byte[] entry)
    {
        var leaf = MerkleTree.LeafHash(entry);
        var completed = new List<TreeNode>();
        _tree.Append(leaf, completed);
        _entries.Add(entry);
        AddHash(0, leaf);
        foreach (var node in completed)
            AddHash(node.TileLevel, node.Hash);
        if (_entries.Count == TilePath.FullWidth)
        {
            Write(TilePath.Entries((Size / TilePath.FullWidth) - 1), EntryBundle.Encode(_entries));
            _entries.Clear();
        }
    }

    public void Append(IEnumerable<byte[]> entries)
    {
        foreach (var entry in entries)
            Append(entry);
    }

    /// <summary>Writes what is partial, and the checkpoint.</summary>
    public SignedNote Publish()
    {
        if (_entries.Count > 0)
            Write(TilePath.Entries(Size / TilePath.FullWidth, _entries.Count), EntryBundle.Encode(_entries));
        for (var level = 0; level < _levels.Count; level++)
        {
            if (_levels[level].Count > 0)
                Write(
                    TilePath.Hashes(level, Size >> ((level + 1) * TilePath.Height), _levels[level].Count),
                    [.. _levels[level].SelectMany(hash => hash)]
                );
        }

        var note = Sign(new Checkpoint(Origin, Size, _tree.Root()));
        File.WriteAllText(Path.Combine(Folder, "checkpoint"), note.ToString());
        return note;
    }

    /// <summary>Signs whatever it is told to: a log that lies.</summary>
    public SignedNote Sign(Checkpoint head)
    {
        var signature = _key.SignData(Encoding.UTF8.GetBytes(head.Body()), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return SignedNote.Parse(SignedNote.Format(head.Body(), Key.Name, Key.Id, signature));
    }

    public string PathOf(TilePath tile) => Path.Combine([Folder, .. tile.ToString().Split('/')]);

    public void Dispose() => _key.Dispose();

    private void AddHash(int level, byte[] hash)
    {
        if (_levels.Count == level)
            _levels.Add([]);
        _levels[level].Add(hash);
        if (_levels[level].Count < TilePath.FullWidth)
            return;
        Write(TilePath.Hashes(level, (Size >> ((level + 1) * TilePath.Height)) - 1), [.. _levels[level].SelectMany(node => node)]);
        _levels[level].Clear();
    }

    private void Write(TilePath tile, byte[] octets)
    {
        var path = PathOf(tile);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, octets);
    }
}

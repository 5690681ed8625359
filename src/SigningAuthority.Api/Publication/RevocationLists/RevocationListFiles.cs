using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SigningAuthority.Api.Hosting;
using SigningAuthority.Issuance.RevocationLists;
using SigningAuthority.Storage.RevocationLists;

namespace SigningAuthority.Api.Publication.RevocationLists;

/// <summary>What the database has of a list is not what was issued, or no more.</summary>
internal sealed class ListNotAvailableException(string message) : Exception(message);

/// <summary>
/// The published lists as files, so that they are served while the database is away, and never held in memory. A file's name is its
/// list's SHA-256, and it is there whole or not at all; beside them stands which lists they are, for a start without the database. Thread-safe.
/// </summary>
internal sealed class RevocationListFiles : IDisposable
{
    // Whoever was given a file by a former look has long begun to send it.
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(5);
    private const string Index = "lists.json";

    private readonly IssuedRevocationLists _lists;
    private readonly TimeProvider _time;
    private readonly string _folder;
    private readonly bool _isTemporary;
    private readonly SemaphoreSlim _making = new(1);
    private readonly Lock _needing = new();

    // By tag: until when a file was a newest list's, or when it was last given out.
    private readonly Dictionary<string, DateTimeOffset> _neededAt = [];
    private HashSet<string> _newest = [];

    public RevocationListFiles(IssuedRevocationLists lists, ApiSettings settings, TimeProvider time)
    {
        _lists = lists;
        _time = time;
        _isTemporary = settings.CacheFolder is null;
        _folder = settings.CacheFolder is { } folder
            ? Directory.CreateDirectory(folder).FullName
            : Directory.CreateTempSubdirectory("signing-authority-crl-").FullName;
        RemoveUnsound();
    }

    /// <summary>The list's file (DER); fetched from the database unless it is there.</summary>
    /// <exception cref="ListNotAvailableException">The bytes are not those that were issued.</exception>
    public Task<string> FetchAsync(RevocationList list, CancellationToken cancellation) =>
        MakeAsync(NameOf(list) + ".crl", (file, cancel) => WriteAsync(list, file, cancel), cancellation);

    /// <summary>Lists that were fetched, one after the other as PEM.</summary>
    /// <returns>The file.</returns>
    public Task<string> PemAsync(IReadOnlyList<RevocationList> lists, CancellationToken cancellation) =>
        MakeAsync(
            TagOf(lists) + ".pem",
            async (file, cancel) =>
            {
                foreach (var list in lists)
                {
                    await using var der = File.OpenRead(Path.Combine(_folder, NameOf(list) + ".crl"));
                    await PemText.WriteAsync(der, file, cancel);
                }
            },
            cancellation
        );

    /// <summary>What tells these lists from all others: the SHA-256 of the one, or over those of all.</summary>
    public static string TagOf(IReadOnlyList<RevocationList> lists) =>
        lists.Count == 1
            ? NameOf(lists[0])
            : Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(string.Concat(lists.Select(NameOf)))));

    /// <summary>These are the newest lists, and fetched. Removes what is of none of them, unless it was needed lately. One caller at a time.</summary>
    public void Keep(IReadOnlyList<RevocationList> lists)
    {
        lock (_needing)
        {
            var now = _time.GetUtcNow();
            // What was replaced by this was needed until now.
            foreach (var tag in _newest)
                _neededAt[tag] = now;
            _newest = [.. lists.Select(NameOf)];
            foreach (var file in new DirectoryInfo(_folder).EnumerateFiles().Where(file => file.Name != Index))
            {
                var tag = Path.GetFileNameWithoutExtension(file.Name);
                if (
                    _newest.Contains(tag)
                    || now.UtcDateTime - file.LastWriteTimeUtc <= Grace
                    || (_neededAt.TryGetValue(tag, out var neededAt) && now - neededAt <= Grace)
                )
                    continue;
                file.Delete();
                _neededAt.Remove(tag);
            }
        }

        WriteIndex(lists);
    }

    /// <summary>The newest lists as they were when this was last known; none where that is not to be had, and none whose file is not there.</summary>
    public IReadOnlyList<RevocationList> ReadIndex()
    {
        try
        {
            var lists = JsonSerializer.Deserialize<List<RevocationList>>(File.ReadAllBytes(Path.Combine(_folder, Index))) ?? [];
            lists.RemoveAll(list => list is not { Sha256: not null } || !File.Exists(Path.Combine(_folder, NameOf(list) + ".crl")));
            lock (_needing)
                _newest = [.. lists.Select(NameOf)];
            return lists;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or JsonException)
        {
            return [];
        }
    }

    public void Dispose()
    {
        _making.Dispose();
        if (_isTemporary)
            Directory.Delete(_folder, recursive: true);
    }

    /// <summary>After a power cut a file may have its name and not its bytes: only what is the list that its name says stays.</summary>
    private void RemoveUnsound()
    {
        foreach (var file in new DirectoryInfo(_folder).EnumerateFiles().Where(file => file.Name != Index))
        {
            using var bytes = file.OpenRead();
            if (file.Name != Convert.ToHexStringLower(SHA256.HashData(bytes)) + ".crl")
                file.Delete();
        }
    }

    private static string NameOf(RevocationList list) => Convert.ToHexStringLower(list.Sha256!);

    // As the files: there whole or not at all.
    private void WriteIndex(IReadOnlyList<RevocationList> lists)
    {
        var path = Path.Combine(_folder, Index);
        var unfinished = path + ".new";
        File.WriteAllBytes(unfinished, JsonSerializer.SerializeToUtf8Bytes(lists));
        File.Move(unfinished, path, overwrite: true);
    }

    /// <summary>Whether it is there; then it stays for a while, whatever becomes of its list.</summary>
    private bool IsThere(string path)
    {
        lock (_needing)
        {
            if (!File.Exists(path))
                return false;
            _neededAt[Path.GetFileNameWithoutExtension(path)] = _time.GetUtcNow();
            return true;
        }
    }

    private async Task<string> MakeAsync(string name, Func<Stream, CancellationToken, Task> write, CancellationToken cancellation)
    {
        var path = Path.Combine(_folder, name);
        if (IsThere(path))
            return path;
        await _making.WaitAsync(cancellation);
        try
        {
            if (IsThere(path))
                return path;
            var unfinished = path + ".new";
            await using (var file = File.Create(unfinished, 1 << 16))
                await write(file, cancellation);
            File.Move(unfinished, path, overwrite: true);
            return path;
        }
        finally
        {
            _making.Release();
        }
    }

    private async Task WriteAsync(RevocationList list, Stream file, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        async ValueTask AddAsync(ReadOnlyMemory<byte> octets)
        {
            hash.AppendData(octets.Span);
            await file.WriteAsync(octets, cancellation);
        }

        await AddAsync(SignedRevocationList.Head(list.ToBeSignedOctets, list.Signature!.Length));
        await _lists.ReadToBeSignedAsync(list, AddAsync, cancellation);
        await AddAsync(SignedRevocationList.Tail(list.Signature));
        if (!hash.GetHashAndReset().AsSpan().SequenceEqual(list.Sha256))
            throw new ListNotAvailableException($"The bytes of list {list.Number} of {list.Authority} are not those that were issued.");
    }
}

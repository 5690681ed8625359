using System.Security.Cryptography;
using System.Text.Json;
using SigningAuthority.Issuance.Certificates.Lint;

namespace SigningAuthority.Issuance.Roots.Lint;

/// <summary>A root as its ceremony left it.</summary>
/// <param name="Der">The certificate.</param>
/// <param name="SubjectPublicKeyInfo">DER.</param>
public sealed record RecordedRoot(byte[] Der, byte[] SubjectPublicKeyInfo);

/// <summary>
/// The last look at a manifest before it is written down or signed: what it lists is read anew, and held against the recorded certificates
/// alone. Shares no code with what makes manifests and files. Every rule is run; one finding is enough to sign nothing.
/// </summary>
public static class LintRootManifest
{
    private const string Listed = "a manifest lists what was recorded";

    /// <param name="manifest">The octets that the log's key would sign.</param>
    /// <param name="recorded">By id; more than are listed do no harm.</param>
    /// <returns>Empty when it may be signed.</returns>
    public static IReadOnlyList<LintFinding> Find(ReadOnlyMemory<byte> manifest, IReadOnlyDictionary<string, RecordedRoot> recorded)
    {
        try
        {
            using var document = JsonDocument.Parse(manifest);
            var roots = document.RootElement.GetProperty("roots").EnumerateArray().Select(root => ListedRoot.Read(root, recorded)).ToList();
            return
            [
                .. roots.SelectMany(FindInRoot),
                .. FindTwice(roots.Select(root => root.Id)),
                .. FindInBundles(roots, FilesIn(document.RootElement, "bundles")),
            ];
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return [new LintFinding("manifest-malformed", "RFC 8259", e.Message)];
        }
    }

    private static IEnumerable<LintFinding> FindInRoot(ListedRoot root)
    {
        if (root.Recorded is not { } recorded)
        {
            yield return new("manifest-root", Listed, $"No ceremony of {root.Id} is known here.");
            yield break;
        }

        if (root.Sha256 != Digest(recorded.Der))
            yield return new("manifest-certificate", Listed, $"The certificate of {root.Id} is not the recorded one.");
        if (root.PublicKeySha256 != Digest(recorded.SubjectPublicKeyInfo))
            yield return new("manifest-public-key", Listed, $"The public key of {root.Id} is not the recorded one.");

        string[] names = root.PublishedAs is { } known && known != root.Id ? [root.Id, known] : [root.Id];
        var expected = names.SelectMany(name =>
            new (string, byte[])[]
            {
                ($"{name}.pem", ExpectedFile.Pem(recorded.Der)),
                ($"{name}.crt", ExpectedFile.Pem(recorded.Der)),
                ($"{name}.der", recorded.Der),
                ($"{name}.p7b", ExpectedFile.CertificatesOnly(recorded.Der)),
            }
        );
        foreach (var finding in FindInFiles("manifest-file", root.Id, root.Files, expected))
            yield return finding;
    }

    private static IEnumerable<LintFinding> FindTwice(IEnumerable<string> ids) =>
        ids.GroupBy(id => id)
            .Where(group => group.Count() > 1)
            .Select(group => new LintFinding("manifest-root-twice", Listed, $"{group.Key} is listed {group.Count()} times."));

    private static IEnumerable<LintFinding> FindInBundles(List<ListedRoot> roots, List<(string, string)> files)
    {
        var bundled = roots.Where(root => root.Standing != "retired").ToList();
        return FindInFiles(
            "manifest-bundle",
            "all roots",
            files,
            [
                .. BundleOf("client-bundle", bundled.Where(root => root.Purpose == "ClientRoot")),
                .. BundleOf("server-bundle", bundled.Where(root => root.Purpose == "ServerRoot")),
                .. BundleOf("bundle", bundled),
            ]
        );
    }

    /// <summary>In the order in which the roots are listed; what is not known here was found already.</summary>
    private static IEnumerable<(string, byte[])> BundleOf(string name, IEnumerable<ListedRoot> roots)
    {
        byte[][] certificates = [.. roots.Select(root => root.Recorded).OfType<RecordedRoot>().Select(root => root.Der)];
        return certificates.Length == 0
            ? []
            : [($"{name}.pem", ExpectedFile.Pem(certificates)), ($"{name}.p7b", ExpectedFile.CertificatesOnly(certificates))];
    }

    /// <summary>Exactly these files, each once, each with its content's digest.</summary>
    private static IEnumerable<LintFinding> FindInFiles(
        string code,
        string of,
        List<(string Name, string Sha256)> files,
        IEnumerable<(string Name, byte[] Content)> expected
    )
    {
        var digests = expected.ToDictionary(file => file.Name, file => Digest(file.Content));
        foreach (var (name, sha256) in files.Where(file => digests.GetValueOrDefault(file.Name) != file.Sha256))
            yield return new(code, "RFC 7468 §5, RFC 5652 §5.1", $"{name} of {of} is foreign, or {sha256} is not what it holds.");
        if (files.Count != digests.Count || files.Select(file => file.Name).ToHashSet().Count != files.Count)
            yield return new(code, Listed, $"Of {of} {digests.Count} files belong here, each once; {files.Count} are listed.");
    }

    private static List<(string, string)> FilesIn(JsonElement json, string member) =>
        [.. json.GetProperty(member).EnumerateArray().Select(file => (TextIn(file, "name"), TextIn(file, "sha256")))];

    private static string TextIn(JsonElement json, string member) =>
        json.GetProperty(member).GetString() ?? throw new InvalidOperationException($"{member} is null.");

    private static string Digest(byte[] octets) => Convert.ToHexStringLower(SHA256.HashData(octets));

    /// <summary>A root as the octets list it, beside what is recorded of it.</summary>
    private sealed record ListedRoot(
        string Id,
        string Purpose,
        string Standing,
        string? PublishedAs,
        string Sha256,
        string PublicKeySha256,
        List<(string, string)> Files,
        RecordedRoot? Recorded
    )
    {
        public static ListedRoot Read(JsonElement json, IReadOnlyDictionary<string, RecordedRoot> recorded)
        {
            var id = TextIn(json, "id");
            return new ListedRoot(
                id,
                TextIn(json, "purpose"),
                TextIn(json, "standing"),
                json.TryGetProperty("publishedAs", out var known) ? known.GetString() : null,
                TextIn(json, "sha256"),
                TextIn(json, "spkiSha256"),
                FilesIn(json, "files"),
                recorded.GetValueOrDefault(id)
            );
        }
    }
}

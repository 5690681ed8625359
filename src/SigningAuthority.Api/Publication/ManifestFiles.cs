using System.Text;
using SigningAuthority.IssuanceLog.Tree;

namespace SigningAuthority.Api.Publication;

/// <summary>
/// What is signed of the roots: the newest manifest with its signature, for `openssl dgst -sha256 -verify`; the same as a signed note
/// (C2SP signed-note), whose signature is over the same octets; the digests as `sha256sum -c` reads them; every earlier version; and the feed.
/// </summary>
internal static class ManifestFiles
{
    public const string Manifest = "manifest.json";
    public const string Feed = "feed.atom";

    /// <param name="signed">The oldest first.</param>
    /// <param name="logKey">DER SubjectPublicKeyInfo of what they are signed with.</param>
    public static IEnumerable<PublishedFile> Of(IReadOnlyList<PublishedManifest> signed, byte[]? logKey)
    {
        if (signed is not [.., var newest] || logKey is null)
            return [];
        return
        [
            .. signed.SelectMany(manifest => Pair($"manifest-{manifest.Stored.Version}.json", manifest)),
            .. Pair(Manifest, newest).Select(file => file with { IsChanging = true }),
            Text("manifest.note", newest, Note(newest, logKey)),
            Text("SHA256SUMS", newest, string.Concat(newest.Content.Files.Select(file => $"{file.Sha256}  {file.Name}\n"))),
            RootsFeed.Make(signed, logKey),
        ];
    }

    private static IEnumerable<PublishedFile> Pair(string name, PublishedManifest manifest) =>
        [
            new(name, "application/json", manifest.Stored.Manifest, manifest.Stored.At) { IsCertificates = false },
            new(name + ".sig", "application/octet-stream", manifest.Stored.Signature, manifest.Stored.At) { IsCertificates = false },
        ];

    private static PublishedFile Text(string name, PublishedManifest newest, string text) =>
        new(name, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(text), newest.Stored.At)
        {
            IsCertificates = false,
            IsChanging = true,
        };

    private static string Note(PublishedManifest newest, byte[] logKey)
    {
        var key = new NoteKey(newest.Content.Origin, logKey);
        return SignedNote.Format(Encoding.UTF8.GetString(newest.Stored.Manifest), key.Name, key.Id, newest.Stored.Signature);
    }
}

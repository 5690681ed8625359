using SigningAuthority.Client.CommandLine;
using SigningAuthority.Client.Log;
using SigningAuthority.Issuance.Roots;
using SigningAuthority.IssuanceLog.Tree;

namespace SigningAuthority.Client.Roots;

/// <summary>Fetched roots with the manifest that vouches for them.</summary>
internal sealed class RootsFolder(string path)
{
    private const string NextSignatureName = SignedManifest.SignatureName + ".next";

    public bool HasManifest => File.Exists(PathOf(SignedManifest.Name));

    /// <exception cref="LogDefectException">It is missing, or not the authority's.</exception>
    public async Task<SignedManifest> ReadManifestAsync(NoteKey key, CancellationToken cancellation)
    {
        var manifest = await ReadAsync(SignedManifest.Name, RootFindingCodes.ManifestMissing, cancellation);
        var next = PathOf(NextSignatureName);
        if (File.Exists(next) && await File.ReadAllBytesAsync(next, cancellation) is var signature && key.Verify(manifest, signature))
            return SignedManifest.Verify(manifest, signature, key);
        return SignedManifest.Verify(
            manifest,
            await ReadAsync(SignedManifest.SignatureName, RootFindingCodes.ManifestMissing, cancellation),
            key
        );
    }

    /// <exception cref="LogDefectException">It is missing, or another one.</exception>
    public async Task RequireAsync(ManifestFile listed, CancellationToken cancellation) =>
        SignedManifest.RequireFile(listed, await ReadAsync(listed.Name, RootFindingCodes.FileMissing, cancellation));

    /// <summary>
    /// The manifest behind the files: a folder that was cut short is one that the older manifest finds altered, and the next fetch mends.
    /// Its signature is there before it and after it, so that at no moment the manifest stands without the one that is over it.
    /// </summary>
    public async Task WriteAsync(SignedManifest manifest, IReadOnlyList<(string Name, byte[] Octets)> files, CancellationToken cancellation)
    {
        Directory.CreateDirectory(path);
        foreach (var (name, octets) in files)
            await ReplaceFile.WriteAsync(PathOf(name), octets, cancellation);
        await ReplaceFile.WriteAsync(PathOf(NextSignatureName), manifest.Signature, cancellation);
        await ReplaceFile.WriteAsync(PathOf(SignedManifest.Name), manifest.Octets, cancellation);
        await ReplaceFile.WriteAsync(PathOf(SignedManifest.SignatureName), manifest.Signature, cancellation);
        File.Delete(PathOf(NextSignatureName));
    }

    private async Task<byte[]> ReadAsync(string name, string missing, CancellationToken cancellation) =>
        File.Exists(PathOf(name))
            ? await File.ReadAllBytesAsync(PathOf(name), cancellation)
            : throw new LogDefectException(missing, $"{PathOf(name)} is not there.");

    private string PathOf(string name) => Path.Combine(path, name);
}

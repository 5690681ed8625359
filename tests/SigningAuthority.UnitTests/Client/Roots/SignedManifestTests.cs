using System.Security.Cryptography;
using SigningAuthority.Client.Log;
using SigningAuthority.Client.Roots;
using SigningAuthority.Issuance.Roots;
using SigningAuthority.IssuanceLog.Tree;
using SigningAuthority.UnitTests.Issuance.Roots;
using Xunit;

namespace SigningAuthority.UnitTests.Client.Roots;

public sealed class SignedManifestTests : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    [Fact]
    public void A_later_version_follows_and_an_earlier_or_another_of_its_number_does_not()
    {
        var first = Sign(SampleRoots.Manifest(1, SampleRoots.Client));
        var second = Sign(SampleRoots.Manifest(2, SampleRoots.Client, SampleRoots.NextClient));
        var forked = Sign(SampleRoots.Manifest(2, SampleRoots.NextClient));

        second.RequireNotBefore(first);
        second.RequireNotBefore(second);
        Assert.Equal("manifest-rolled-back", FindingOf(() => first.RequireNotBefore(second)));
        Assert.Equal("manifest-forked", FindingOf(() => forked.RequireNotBefore(second)));
    }

    [Fact]
    public void Another_key_another_authority_and_other_octets_are_found()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var manifest = SampleRoots.Manifest(1, SampleRoots.Client);
        var octets = manifest.Encode();

        Assert.Equal("manifest-altered", FindingOf(() => SignedManifest.Verify(octets, Signature(octets), Key(other))));
        Assert.Equal("manifest-altered", FindingOf(() => SignedManifest.Verify([.. octets, (byte)'\n'], Signature(octets), Key(_key))));
        Assert.Equal("manifest-altered", FindingOf(() => SignedManifest.Verify(octets, [], Key(_key))));
        Assert.Equal("wrong-origin", FindingOf(() => Sign(manifest with { Origin = "another.example.com/log" })));
        byte[] checkpoint = [.. "log.example.com/issuance\n1\nAAAA\n"u8];
        Assert.Equal("manifest-malformed", FindingOf(() => SignedManifest.Verify(checkpoint, Signature(checkpoint), Key(_key))));
    }

    /// <summary>Whatever was written of the next version when the process ended: the folder is one that is known, and that can go on.</summary>
    [Theory]
    [InlineData("manifest.json.sig.next")]
    [InlineData("manifest.json.sig.next", "manifest.json")]
    [InlineData("manifest.json.sig.next", "manifest.json", "manifest.json.sig")]
    public async Task A_folder_that_was_cut_short_holds_one_version_or_the_other(params string[] written)
    {
        var folder = Directory.CreateTempSubdirectory("sa-roots-").FullName;
        try
        {
            var (kept, next) = (
                Sign(SampleRoots.Manifest(1, SampleRoots.Client)),
                Sign(SampleRoots.Manifest(2, SampleRoots.Client, SampleRoots.NextClient))
            );
            var roots = new RootsFolder(folder);
            await roots.WriteAsync(kept, [], default);
            foreach (var name in written)
                await File.WriteAllBytesAsync(Path.Combine(folder, name), name == SignedManifest.Name ? next.Octets : next.Signature);

            var found = await roots.ReadManifestAsync(Key(_key), default);
            Assert.Equal(written.Length == 1 ? 1 : 2, found.Content.Version);
            await roots.WriteAsync(next, [], default);
            Assert.Equal(2, (await roots.ReadManifestAsync(Key(_key), default)).Content.Version);
            Assert.Equal(["manifest.json", "manifest.json.sig"], Directory.GetFiles(folder).Select(file => Path.GetFileName(file)).Order());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public void Dispose() => _key.Dispose();

    private SignedManifest Sign(RootManifest manifest)
    {
        var octets = manifest.Encode();
        return SignedManifest.Verify(octets, Signature(octets), Key(_key));
    }

    private byte[] Signature(byte[] octets) => _key.SignData(octets, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    private static NoteKey Key(ECDsa key) => new(SampleRoots.Origin, key.ExportSubjectPublicKeyInfo());

    private static string FindingOf(Action action) => Assert.Throws<LogDefectException>(action).Finding.Code;
}

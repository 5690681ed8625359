using System.Security.Cryptography;
using System.Text;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Roots;
using Xunit;

namespace SigningAuthority.UnitTests.Issuance.Roots;

public sealed class RootManifestTests
{
    [Fact]
    public void A_manifest_that_is_read_and_written_again_is_the_same_octets()
    {
        var written = SampleRoots.Manifest(7, SampleRoots.Client, SampleRoots.NextClient, SampleRoots.Server).Encode();

        var read = RootManifest.Read(written);

        Assert.Equal(written, read.Encode());
        Assert.Equal((SampleRoots.Origin, 7), (read.Origin, read.Version));
        Assert.Equal(["client", "client-2", "sipura"], read.Roots.Select(root => root.Id));
        Assert.Equal(SampleRoots.Day.AddDays(90), read.Roots[1].ActiveFrom);
    }

    [Fact]
    public void It_is_at_hand_when_each_of_its_roots_is_with_the_certificate_that_it_lists()
    {
        var manifest = SampleRoots.Manifest(2, SampleRoots.Client, SampleRoots.NextClient);
        var atHand = new Dictionary<string, byte[]> { ["client"] = SampleRoots.Client.Der };

        Assert.False(manifest.IsOf(id => atHand.GetValueOrDefault(id)));
        atHand["client-2"] = SampleRoots.Client.Der;
        Assert.False(manifest.IsOf(id => atHand.GetValueOrDefault(id)));
        atHand["client-2"] = SampleRoots.NextClient.Der;
        Assert.True(manifest.IsOf(id => atHand.GetValueOrDefault(id)));
    }

    [Fact]
    public void Its_text_can_stand_in_a_signed_note_and_is_no_checkpoint()
    {
        var odd = SampleRoots.Client with { DisplayName = "a\n\n— b\t\u0001\r", Subject = "CN=\u2028" };

        var text = Encoding.UTF8.GetString(SampleRoots.Manifest(1, odd).Encode());

        Assert.StartsWith("{\n", text);
        Assert.EndsWith("}\n", text);
        Assert.DoesNotContain("\n\n", text);
        Assert.DoesNotContain(text, character => char.IsControl(character) && character != '\n');
    }

    [Fact]
    public void Every_file_of_every_name_is_listed_with_its_digest()
    {
        var roots = new[] { SampleRoots.Client, SampleRoots.Server };
        var files = roots.SelectMany(RootFiles.Of).Concat(RootFiles.BundlesOf(roots)).ToDictionary(file => file.Name);

        var listed = SampleRoots.Manifest(1, roots).Files.ToList();

        Assert.Equal(files.Keys.Order(), listed.Select(file => file.Name).Order());
        Assert.Contains("spacroot.crt", files.Keys);
        Assert.Contains("client-bundle.p7b", files.Keys);
        Assert.All(listed, file => Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(files[file.Name].Content)), file.Sha256));
    }

    [Fact]
    public void Bundles_hold_old_current_and_next_roots_and_no_retired_one()
    {
        PublishedRoot[] roots =
        [
            SampleRoots.Client with
            {
                Standing = Standing.Retired,
            },
            SampleRoots.Client with
            {
                Id = "client-1",
                Standing = Standing.Old,
            },
            SampleRoots.NextClient,
        ];

        var bundle = RootFiles.BundlesOf(roots).Single(file => file.Name == "client-bundle.pem");

        Assert.Equal([.. RootFiles.Pem(roots[1].Der), .. RootFiles.Pem(roots[2].Der)], bundle.Content);
        Assert.DoesNotContain(RootFiles.BundlesOf(roots), file => file.Name.StartsWith("server", StringComparison.Ordinal));
        Assert.Contains(SampleRoots.Manifest(1, roots).Files, file => file.Name == "spacroot.pem");
    }

    [Theory]
    [InlineData("\"version\": 1", "\"version\": \"1\"")]
    [InlineData("\"version\": 1", "\"version\": 99999999999999999999")]
    [InlineData("signing-authority roots v1", "signing-authority roots v2")]
    [InlineData("\"name\": \"client.pem\"", "\"name\": \"../client.pem\"")]
    [InlineData("\"name\": \"client.pem\"", "\"name\": \"/etc/passwd\"")]
    [InlineData("\"name\": \"client.pem\"", "\"name\": \".bashrc\"")]
    [InlineData("\"name\": \"client.pem\"", "\"name\": null")]
    [InlineData("\"standing\": \"current\"", "\"standing\": \"1\"")]
    [InlineData("\"purpose\": \"ClientRoot\"", "\"purpose\": \"Root\"")]
    [InlineData("2026-11-20T13:00:00Z", "2026-11-20")]
    [InlineData("\"bundles\"", "\"bundle\"")]
    [InlineData("{\n", "[\n")]
    [InlineData("\"roots\": [", "\"roots\": [7,")]
    public void What_is_no_manifest_is_refused_and_nothing_else_happens(string part, string instead)
    {
        var text = Encoding.UTF8.GetString(SampleRoots.Manifest(1, SampleRoots.Client).Encode());
        Assert.Contains(part, text);

        Assert.Throws<FormatException>(() => RootManifest.Read(Encoding.UTF8.GetBytes(text.Replace(part, instead))));
    }

    [Fact]
    public void What_changed_is_told_root_by_root()
    {
        var before = SampleRoots.Manifest(1, SampleRoots.Client, SampleRoots.NextClient, SampleRoots.Server);
        var after = SampleRoots.Manifest(
            2,
            SampleRoots.Client with
            {
                Standing = Standing.Old,
            },
            SampleRoots.NextClient with
            {
                Standing = Standing.Current,
            },
            SampleRoots.NextClient with
            {
                Id = "client-3",
                DisplayName = "The third",
            }
        );

        var changes = RootChange.Between(before, after);

        Assert.Equal(
            ["client Superseded", "client-2 Activated", "client-3 Added", "sipura Removed"],
            changes.Select(change => $"{change.Root.Id} {change.Kind}")
        );
        Assert.Equal("The third is new, and will sign from 2027-02-18 12:00 UTC", changes[2].Tell());
    }

    [Fact]
    public void A_day_that_moves_is_a_change_and_a_name_is_none()
    {
        var before = SampleRoots.Manifest(1, SampleRoots.Client, SampleRoots.NextClient);
        var moved = SampleRoots.NextClient with { ActiveFrom = SampleRoots.Day.AddDays(30) };

        Assert.Equal(
            RootChangeKind.Rescheduled,
            Assert.Single(RootChange.Between(before, SampleRoots.Manifest(2, SampleRoots.Client, moved))).Kind
        );
        Assert.Empty(
            RootChange.Between(before, SampleRoots.Manifest(2, SampleRoots.Client with { DisplayName = "x" }, SampleRoots.NextClient))
        );
        Assert.All(RootChange.Between(null, before), change => Assert.Equal(RootChangeKind.Added, change.Kind));
    }
}

using System.Security.Cryptography;
using System.Text;
using SigningAuthority.Issuance.Certificates.Lint;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Roots;
using SigningAuthority.Issuance.Roots.Lint;
using SigningAuthority.UnitTests.Issuance.Certificates;
using Xunit;

namespace SigningAuthority.UnitTests.Issuance.Roots;

/// <summary>What is found in a manifest before the log's key signs it.</summary>
public sealed class LintRootManifestTests
{
    /// <summary>Of certificates of any length too: lines and lengths are written twice, by code that shares nothing.</summary>
    [Fact]
    public void Nothing_is_found_in_what_is_made_of_the_recorded_certificates()
    {
        Assert.Empty(Find(SampleRoots.Manifest(1, SampleRoots.Client, SampleRoots.NextClient, SampleRoots.Server)));
        Assert.Empty(Find(SampleRoots.Manifest(1, SampleRoots.Client with { Standing = Standing.Retired }, SampleRoots.NextClient)));
        Assert.Empty(Find(SampleRoots.Manifest(1)));
        foreach (var length in (int[])[0, 46, 94, 126, 127, 128, 255, 256, 700, 1500])
        {
            var root = SampleRoots.Server with { Der = Asn.OctetString(new byte[length]) };
            Assert.Empty(Find(SampleRoots.Manifest(1, root), root));
        }

        var real = SampleRoots.Client with { Der = SamplePlans.Issuer.Der, SubjectPublicKeyInfo = SamplePlans.Issuer.SubjectPublicKeyInfo };
        Assert.Empty(Find(SampleRoots.Manifest(1, real, SampleRoots.Server), real));
    }

    /// <summary>Each digest that a manifest has is changed once, all others stay.</summary>
    [Fact]
    public void Any_altered_digest_is_found_by_what_it_is_of()
    {
        var manifest = SampleRoots.Manifest(1, SampleRoots.Client, SampleRoots.Server);
        var text = Encoding.UTF8.GetString(manifest.Encode());
        var digests = text.Split('"').Where(part => part.Length == 64 && part.All(char.IsAsciiHexDigitLower)).ToList();
        Assert.Equal(2 + 2 + manifest.Files.Count(), digests.Count);

        var at = 0;
        foreach (var digest in digests)
        {
            at = text.IndexOf(digest, at, StringComparison.Ordinal);
            var altered = text[..at] + (digest[0] == '0' ? '1' : '0') + text[(at + 1)..];
            at += digest.Length;

            var finding = Assert.Single(LintRootManifest.Find(Encoding.UTF8.GetBytes(altered), Recorded()));

            var line = text[..at].Split('\n')[^1].Trim().Split('"')[1];
            string[] of = line == "spkiSha256" ? ["manifest-public-key"] : ["manifest-certificate", "manifest-file", "manifest-bundle"];
            Assert.Contains(finding.Code, of);
        }
    }

    [Theory]
    [InlineData("manifest-malformed", "\"roots\": [", "\"roots\": [[")]
    [InlineData("manifest-malformed", "\"bundles\"", "\"bundle\"")]
    [InlineData("manifest-malformed", "\"purpose\": \"ClientRoot\"", "\"purpose\": 7")]
    [InlineData("manifest-root", "\"id\": \"client\"", "\"id\": \"another\"")]
    [InlineData("manifest-root-twice", "\"id\": \"client\"", "\"id\": \"sipura\"")]
    [InlineData("manifest-certificate", "\"id\": \"client\"", "\"id\": \"client-2\"")]
    [InlineData("manifest-file", "\"publishedAs\": \"spacroot\"", "\"publishedAs\": \"other\"")]
    [InlineData("manifest-file", "\"name\": \"client.der\"", "\"name\": \"client.pem\"")]
    [InlineData("manifest-file", "\"name\": \"client.crt\"", "\"name\": \"client.pem\"")]
    [InlineData("manifest-bundle", "\"standing\": \"current\"", "\"standing\": \"retired\"")]
    [InlineData("manifest-bundle", "\"purpose\": \"ClientRoot\"", "\"purpose\": \"ServerRoot\"")]
    public void A_changed_part_is_found_by_its_name(string code, string part, string instead)
    {
        var text = Encoding.UTF8.GetString(SampleRoots.Manifest(1, SampleRoots.Client, SampleRoots.Server).Encode());
        Assert.Contains(part, text);

        var findings = LintRootManifest.Find(Encoding.UTF8.GetBytes(text.Replace(part, instead)), Recorded());

        Assert.Contains(code, findings.Select(finding => finding.Code));
    }

    [Fact]
    public void A_manifest_of_a_certificate_that_was_not_recorded_is_found_in_all_its_files()
    {
        var forged = SampleRoots.Client with { Der = Asn.OctetString(RandomNumberGenerator.GetBytes(300)) };

        var codes = Find(SampleRoots.Manifest(1, forged)).Select(finding => finding.Code).ToList();

        Assert.Equal(["manifest-certificate", .. Enumerable.Repeat("manifest-file", 8), .. Enumerable.Repeat("manifest-bundle", 4)], codes);
    }

    private static IReadOnlyList<LintFinding> Find(RootManifest manifest, PublishedRoot? another = null) =>
        LintRootManifest.Find(manifest.Encode(), Recorded(another));

    /// <summary>The sample roots, one of them exchanged.</summary>
    private static Dictionary<string, RecordedRoot> Recorded(PublishedRoot? another = null) =>
        new PublishedRoot[] { SampleRoots.Client, SampleRoots.NextClient, SampleRoots.Server }
            .Select(root => another is not null && root.Id == another.Id ? another : root)
            .ToDictionary(root => root.Id, root => new RecordedRoot(root.Der, root.SubjectPublicKeyInfo));
}

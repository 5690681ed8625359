using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using SigningAuthority.IntegrationTests.Fixtures;
using Xunit;

namespace SigningAuthority.IntegrationTests.Providers.Kits;

/// <summary>GET …/kit.zip: what is in it, for whom, and what gets into its configurations.</summary>
[Collection(ProviderFlows.Name)]
public sealed class KitTests(RunningAuthority authority) : IClassFixture<SoundLog>
{
    private readonly HttpClient _telco = authority.Client(authority.TelcoToken);

    [Fact]
    public async Task The_same_request_gives_the_same_bytes_and_each_download_is_in_the_log()
    {
        const string name = "twice.telco.net";
        var id = await IssueAsync(name, "SPA962", "SPA504G");
        var first = await _telco.AskAsync(KitOf(id));
        var second = await _telco.AskAsync(KitOf(id));

        Assert.Equal("application/zip", first.MediaType);
        Assert.Equal(first.Body, second.Body);
        var entries = await new IssuanceLogReader(authority).AwaitAsync($"type=kit.downloaded&subject={name}", 2);
        var own = entries.Where(entry => entry.GetProperty("entry").GetProperty("requestId").GetString() == id).ToList();
        Assert.Equal(2, own.Count);
        Assert.All(
            own,
            entry =>
                Assert.Equal(
                    Convert.ToHexStringLower(SHA256.HashData(first.Body)),
                    entry.GetProperty("entry").GetProperty("kitSha256").GetString()
                )
        );
    }

    [Fact]
    public async Task A_kit_holds_every_certificate_all_client_roots_and_no_key()
    {
        var id = await IssueAsync("kit.telco.net", "SPA962", "SPA504G");
        var files = Unzip((await _telco.AskAsync(KitOf(id))).Body);

        foreach (var generation in (string[])["sipura", "cisco-sb"])
        {
            using var leaf = X509Certificate2.CreateFromPem(Text(files[$"provserver-{generation}.crt"]));
            using var root = X509CertificateLoader.LoadCertificate(files[$"server-roots/{generation}.der"]);
            Assert.Equal(root.Subject, leaf.Issuer);
            var chain = new SignedCms();
            chain.Decode(files[$"provserver-{generation}.p7b"]);
            Assert.Equal([leaf.Thumbprint, root.Thumbprint], chain.Certificates.Select(certificate => certificate.Thumbprint));
        }

        var published = await authority.Client().AskAsync("roots/client-bundle.pem");
        Assert.Equal(published.Text, Text(files["client-bundle.pem"]));
        Assert.Equal((await authority.Client().AskAsync("roots/spacroot.crt")).Text, Text(files["spacroot.crt"]));
        Assert.Contains("client-roots/client.der", files.Keys);
        Assert.DoesNotContain(files, file => file.Key.EndsWith(".key", StringComparison.Ordinal));
        Assert.DoesNotContain(files.Values, content => Text(content).Contains("PRIVATE KEY", StringComparison.Ordinal));
        foreach (var configuration in (string[])["nginx.conf", "apache.conf"])
        {
            var directives = Text(files[configuration]).Split('\n').Where(line => !line.TrimStart().StartsWith('#'));
            Assert.DoesNotContain(directives, line => line.Contains("_i_dn", StringComparison.OrdinalIgnoreCase));
        }
    }

    [Theory]
    [InlineData("listen=127.0.0.1:443;%0Aroot+/etc", "listen")]
    [InlineData("listen=127.0.0.1:443%0d%0aInclude+x", "listen")]
    [InlineData("listen=localhost:443", "listen")]
    [InlineData("listen=443", "listen")]
    [InlineData("listen=127.0.0.1", "listen")]
    [InlineData("listen=127.0.0.1:0", "listen")]
    [InlineData("listen=127.0.0.1:65536", "listen")]
    [InlineData("listen=127.0.0.1:65535", "listen")]
    [InlineData("listen=010.0.0.1:443", "listen")]
    [InlineData("listen=1:443", "listen")]
    [InlineData("listen=[fe80::1%25eth0]:443", "listen")]
    [InlineData("listen=unix:/tmp/x", "listen")]
    [InlineData("listen=*:443", "listen")]
    [InlineData("listen=", "listen")]
    [InlineData("listen=127.0.0.1:443&listen=127.0.0.1:443", "listen")]
    [InlineData("listen=127.0.0.1:1&listen=127.0.0.1:2&listen=127.0.0.1:3", "listen")]
    [InlineData("generation=linksys", "generation")]
    [InlineData("generation=../x", "generation")]
    [InlineData("lisen=127.0.0.1:443", "lisen")]
    public async Task A_choice_that_cant_be_used_is_refused_with_its_name(string query, string field)
    {
        var answer = await _telco.AskAsync($"{KitOf(await s_issued.Value.GetAsync(this))}?{query}");

        ProblemAssert.Breaks(answer, HttpStatusCode.BadRequest);
        Assert.Contains(answer.Violations, violation => violation.GetProperty("field").GetString()!.Contains(field));
    }

    [Fact]
    public async Task Each_generation_listens_where_it_was_told_and_others_on_the_ports_that_follow()
    {
        var id = await s_issued.Value.GetAsync(this);

        Assert.Equal(["0.0.0.0:443", "0.0.0.0:444"], await ListeningAsync(id, ""));
        Assert.Equal(["[::1]:8443", "[::1]:8444"], await ListeningAsync(id, "?listen=[0:0:0:0:0:0:0:1]:8443"));
        Assert.Equal(["192.0.2.7:443", "192.0.2.8:443"], await ListeningAsync(id, "?listen=192.0.2.7:443&listen=192.0.2.8:443"));
        Assert.Equal(["0.0.0.0:443"], await ListeningAsync(id, "?generation=cisco-sb"));
    }

    [Fact]
    public async Task Anothers_kit_and_nobodys_are_not_there()
    {
        var theirs = KitOf(await s_issued.Value.GetAsync(this));
        ProblemAssert.Is(await authority.Client(authority.OtherTelcoToken).AskAsync(theirs), HttpStatusCode.NotFound, "not-found");
        ProblemAssert.Is(await _telco.AskAsync(KitOf(Guid.NewGuid().ToString())), HttpStatusCode.NotFound, "not-found");
        ProblemAssert.Is(await _telco.AskAsync(KitOf("x")), HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task While_nothing_is_issued_there_is_no_kit_and_signctl_says_why()
    {
        await using var quiet = await RunningAuthority.StartAsync(new AuthorityOptions { Keys = KeyStoreKind.File });
        await quiet.StopSignerAsync();
        var client = quiet.Client(quiet.TelcoToken);
        var made = await MadeRequest.MakeAsync(quiet.Scratch, "kit.telco.net");
        var id = (await new ProviderDesk(client).UploadAsync(made.Pem)).Member("id");

        ProblemAssert.Is(await client.AskAsync(KitOf(id)), HttpStatusCode.Conflict, "not-issued");
        var result = await RunningAuthority.SignctlAsync([
            "kit",
            id,
            "--out",
            Path.Combine(quiet.Scratch, "kit.zip"),
            "--url",
            quiet.Address.AbsoluteUri,
            "--cacert",
            quiet.ServiceRootFile,
            "--token",
            quiet.TelcoToken,
        ]);
        Assert.True(result.ExitCode == 2, result.ToString());
        Assert.Contains("HTTP 409", result.Error);
        Assert.False(File.Exists(Path.Combine(quiet.Scratch, "kit.zip")));
    }

    private static string KitOf(string id) => $"{ProviderDesk.Path}/{id}/kit.zip";

    private static readonly Lazy<IssuedOnce> s_issued = new(() => new IssuedOnce());

    private async Task<string> IssueAsync(string name, params string[] devices)
    {
        var desk = new ProviderDesk(_telco);
        var made = await MadeRequest.MakeAsync(authority.Scratch, name);
        var id = (await desk.UploadAsync(made.Pem, devices)).Member("id");
        Assert.Equal("Issued", (await desk.WaitAsync(id)).Member("status"));
        return id;
    }

    /// <summary>Where both servers' configurations listen; they agree.</summary>
    private async Task<List<string>> ListeningAsync(string id, string query)
    {
        var answer = await _telco.AskAsync(KitOf(id) + query);
        Assert.True(answer.Status == HttpStatusCode.OK, answer.ToString());
        var files = Unzip(answer.Body);
        var nginx = Values(Text(files["nginx.conf"]), "listen ", " ssl;");
        Assert.Equal(nginx, Values(Text(files["apache.conf"]), "Listen ", ""));
        Assert.Equal(nginx, Values(Text(files["apache.conf"]), "<VirtualHost ", ">"));
        return nginx;
    }

    private static List<string> Values(string configuration, string before, string after) =>
        [
            .. configuration
                .Split('\n')
                .Select(line => line.Trim())
                .Where(line => line.StartsWith(before, StringComparison.Ordinal))
                .Select(line => line[before.Length..^after.Length]),
        ];

    private static Dictionary<string, byte[]> Unzip(byte[] zip)
    {
        using var archive = new ZipArchive(new MemoryStream(zip));
        return archive.Entries.ToDictionary(
            entry => entry.FullName,
            entry =>
            {
                using var content = new MemoryStream();
                using var stream = entry.Open();
                stream.CopyTo(content);
                return content.ToArray();
            }
        );
    }

    private static string Text(byte[] content) => Encoding.UTF8.GetString(content);

    /// <summary>One issued request for all that only look at it.</summary>
    private sealed class IssuedOnce
    {
        private string? _id;

        public async Task<string> GetAsync(KitTests tests) => _id ??= await tests.IssueAsync("kit.telco.net", "SPA962", "SPA504G");
    }
}

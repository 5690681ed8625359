using System.Diagnostics;
using System.Globalization;
using System.Net;
using SigningAuthority.IntegrationTests.Fixtures;
using Xunit;

namespace SigningAuthority.IntegrationTests.RevocationLists;

/// <summary>Revocation lists as everybody gets them, from a running authority; openssl judges them.</summary>
public sealed class PublishedListTests(ListedAuthority authority) : IClassFixture<ListedAuthority>
{
    private const int Hold = 6;
    private const int Removed = 8;

    private static readonly string[] Authorities = ["sipura", "linksys", "cisco-sb", "cisco-2k", "client", "station", "service"];
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Every_authority_has_a_list_and_a_delta_that_openssl_verifies()
    {
        foreach (var id in Authorities)
        {
            await authority.AwaitAsync($"{id}.delta.crl", _ => true);
            var root = Path.Combine(authority.Running.Scratch, id + ".pem");
            await File.WriteAllTextAsync(root, await authority.Running.RootPemAsync(id));
            foreach (var file in (string[])[$"{id}.crl", $"{id}.delta.crl"])
            {
                var saved = await authority.SaveAsync(file);
                var judged = await OpenSsl.TryAsync("crl", "-inform", "der", "-in", saved, "-CAfile", root, "-noout", "-text");
                Assert.Contains("verify OK", judged.Error);
            }
        }
    }

    [Fact]
    public async Task A_revoked_device_is_on_the_list_within_the_promised_time_and_its_neighbour_is_not()
    {
        var (stolen, kept) = (await authority.CertifyAsync(), await authority.CertifyAsync());
        var took = Stopwatch.StartNew();

        await authority.RevokeAsync(stolen);
        await authority.AwaitAsync("client.crl", list => list.Entries.ContainsKey(stolen.Serial));

        Assert.True(took.Elapsed < Promised, $"{took.Elapsed}");
        var pem = await authority.SaveAsync("client.crl.pem");
        Assert.Contains("certificate revoked", (await VerifyAsync(stolen, ["-crl_check_all"], pem)).Error);
        (await VerifyAsync(kept, ["-crl_check_all", "-x509_strict"], pem)).MustSucceed();
        // Without a list nobody is let in: what the verifier's server must have.
        Assert.NotEqual(0, (await VerifyAsync(kept, ["-crl_check"])).ExitCode);
    }

    [Fact]
    public async Task With_a_base_and_its_delta_a_hold_and_its_release_are_known()
    {
        var device = await authority.CertifyAsync();
        var before = await authority.SaveAsync("client.crl.pem");

        await authority.RevokeAsync(device, Hold);
        var held = await AwaitDeltaAsync(before, device, Hold);
        (await VerifyAsync(device, ["-crl_check"], before)).MustSucceed();
        Assert.Contains(
            "certificate revoked",
            (await VerifyAsync(device, ["-crl_check", "-extended_crl", "-use_deltas"], before, held)).Error
        );

        await authority.AwaitAsync("client.crl", list => list.Entries.ContainsKey(device.Serial));
        var whileHeld = await authority.SaveAsync("client.crl.pem");
        await authority.RevokeAsync(device, Removed);
        var released = await AwaitDeltaAsync(whileHeld, device, Removed);
        Assert.Contains("certificate revoked", (await VerifyAsync(device, ["-crl_check"], whileHeld)).Error);
        (await VerifyAsync(device, ["-crl_check", "-extended_crl", "-use_deltas"], whileHeld, released)).MustSucceed();
    }

    [Fact]
    public async Task What_is_issued_later_names_a_list_of_its_own_part_which_is_there_and_answers_for_it()
    {
        ListedDevice device = null!;
        await Eventually.TrueAsync(
            async () => (device = await authority.CertifyAsync()).ListAddress.Contains("/crl/client/", StringComparison.Ordinal),
            "a certificate names a part's list"
        );
        // Whichever part it is by now: "client/3.crl".
        var file = new Uri(device.ListAddress).AbsolutePath["/crl/".Length..];
        var first = await authority.AwaitAsync(file, _ => true);
        Assert.Equal(device.ListAddress, first.DistributionPoint);
        Assert.StartsWith(authority.Running.PublicationAddress + "/crl/client/", device.ListAddress);
        (await VerifyAsync(device, ["-crl_check"], await authority.SaveAsync(file + ".pem"))).MustSucceed();

        await authority.RevokeAsync(device);

        await authority.AwaitAsync(file, list => list.Entries.ContainsKey(device.Serial));
        await authority.AwaitAsync("client.crl", list => list.Entries.ContainsKey(device.Serial));
        Assert.Contains("certificate revoked", (await VerifyAsync(device, ["-crl_check"], await authority.SaveAsync(file + ".pem"))).Error);
    }

    [Fact]
    public async Task Who_has_the_newest_is_told_so_and_all_forms_are_the_same_list()
    {
        var der = await authority.Plain.AskAsync("crl/sipura.crl");
        Assert.Equal("application/pkix-crl", der.MediaType);
        var sha256 = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(der.Body));
        Assert.Equal($"\"{sha256}\"", der.ETag);

        Assert.Equal(HttpStatusCode.NotModified, (await authority.Plain.AskAsync("crl/sipura.crl", ("If-None-Match", der.ETag!))).Status);
        using var head = await authority.Plain.SendAsync(new HttpRequestMessage(HttpMethod.Head, "crl/sipura.crl"));
        Assert.Equal((HttpStatusCode.OK, (long?)der.Body.Length), (head.StatusCode, head.Content.Headers.ContentLength));
        Assert.Equal(new ParsedList(der.Body).ThisUpdate, head.Content.Headers.LastModified!.Value.UtcDateTime);
        Assert.True(head.Headers.CacheControl is { Public: true, MaxAge.TotalSeconds: > 0 and <= 60 });
        Assert.True(head.Content.Headers.Expires <= DateTimeOffset.UtcNow + Promised);
        var since = head.Content.Headers.LastModified!.Value.ToString("r", CultureInfo.InvariantCulture);
        Assert.Equal(HttpStatusCode.NotModified, (await authority.Plain.AskAsync("crl/sipura.crl", ("If-Modified-Since", since))).Status);
        var part = await authority.Plain.AskAsync("crl/sipura.crl", ("Range", "bytes=4-11"));
        Assert.Equal((HttpStatusCode.PartialContent, 8), (part.Status, part.Body.Length));

        var pem = (await authority.Plain.AskAsync("crl/sipura.crl.pem")).Text;
        Assert.Equal(System.Security.Cryptography.PemEncoding.WriteString("X509 CRL", der.Body) + "\n", pem);
        Assert.Equal(pem, (await authority.Running.Client().AskAsync("crl/sipura.crl.pem")).Text);
        Assert.StartsWith("-----BEGIN X509 CRL-----", (await authority.Plain.AskAsync("crl/client-bundle.pem")).Text);
    }

    [Theory]
    [InlineData("nobody.crl")]
    [InlineData("log.crl")]
    [InlineData("client")]
    [InlineData("client.crl.der")]
    [InlineData("client/0.crl")]
    [InlineData("client/+1.crl")]
    [InlineData("client/999.crl")]
    [InlineData("..%2fapi.key")]
    public async Task What_is_no_list_is_not_there(string file) =>
        ProblemAssert.Is(await authority.Plain.AskAsync("crl/" + file), HttpStatusCode.NotFound, "not-found");

    [Fact]
    public async Task The_operator_sees_how_the_lists_stand_and_has_a_new_one_made()
    {
        var before = (await authority.AwaitAsync("linksys.crl", _ => true)).Number;

        var made = await authority.Running.OperatorAsync("crl", "publish", "linksys");

        var number = long.Parse(made.Split(' ')[2], CultureInfo.InvariantCulture);
        Assert.True(number > before, made);
        await authority.AwaitAsync("linksys.crl", list => list.Number == number);
        var lines = (await authority.Running.OperatorAsync("crl", "list")).Split('\n');
        foreach (var id in Authorities)
            Assert.Contains(lines, line => line.StartsWith(id + " complete ", StringComparison.Ordinal));
        Assert.Contains(made, (await authority.Running.OperatorAsync("crl", "show", "linksys")).Split('\n'));
        var unknown = await authority.Running.RunSignerVerbAsync("sa_operator", "operator", "crl", "show", "nobody");
        Assert.Equal(1, unknown.ExitCode);

        using var http = new HttpClient();
        var health = authority.Running.SignerHealth();
        var metrics = await http.GetStringAsync(new Uri(health, "/metrics"));
        Assert.Matches("""signing_authority_crl_age_seconds\{authority="linksys",list="complete"\} \d+\n""", metrics);
        Assert.Matches("""signing_authority_crl_next_update_seconds\{authority="client",list="delta"\} 69\d{4}\n""", metrics);
        // Another test may have had Postgres away a moment ago.
        await Eventually.TrueAsync(
            async () =>
            {
                using var answer = await http.GetAsync(health);
                return answer.IsSuccessStatusCode
                    && (await answer.Content.ReadAsStringAsync()).Contains("\"revocationLists\":[{\"status\":\"ok\"");
            },
            "the Signer is ready, and its lists are well"
        );
    }

    [Fact]
    public async Task While_the_database_is_away_the_lists_are_served_as_before()
    {
        var before = await authority.Plain.AskAsync("crl/cisco-2k.crl");
        await authority.Running.Postgres.StopAsync(immediately: true);
        try
        {
            Assert.Equal(before.Body, (await authority.Plain.AskAsync("crl/cisco-2k.crl")).Body);
            // Nobody has asked for this form before.
            Assert.StartsWith("-----BEGIN X509 CRL-----", (await authority.Plain.AskAsync("crl/cisco-2k.crl.pem")).Text);
        }
        finally
        {
            await authority.Running.Postgres.StartAsync();
        }

        var device = await CertifyAfterAllAsync();
        await authority.RevokeAsync(device);
        await authority.AwaitAsync("client.crl", list => list.Entries.ContainsKey(device.Serial));
    }

    /// <summary>The door and the key room find their database again within some seconds.</summary>
    private async Task<ListedDevice> CertifyAfterAllAsync()
    {
        ListedDevice? device = null;
        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    device = await authority.CertifyAsync();
                }
                catch (InvalidOperationException)
                {
                    // Not yet.
                }

                return device is not null;
            },
            "the authority works again"
        );
        return device!;
    }

    /// <summary>A delta that leads on from this very list and says this of the device.</summary>
    private async Task<string> AwaitDeltaAsync(string before, ListedDevice device, int reason)
    {
        var basis = new ParsedList(
            (await ExternalProgram.RunAsync("openssl", ["crl", "-in", before, "-outform", "der"])).MustSucceed().OutputBytes
        ).Number;
        await authority.AwaitAsync(
            "client.delta.crl",
            list => list.BaseNumber == basis && list.Entries.TryGetValue(device.Serial, out var said) && said == reason
        );
        return await authority.SaveAsync("client.delta.crl.pem");
    }

    private Task<ProgramResult> VerifyAsync(ListedDevice device, string[] options, params string[] lists) =>
        OpenSsl.TryAsync([
            "verify",
            .. options,
            "-CAfile",
            authority.ClientRoot,
            .. lists.SelectMany(list => new[] { "-CRLfile", list }),
            device.File,
        ]);
}

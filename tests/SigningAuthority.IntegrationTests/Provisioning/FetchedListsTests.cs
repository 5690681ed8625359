using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Verifiers.Revocations;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.RevocationLists;
using Xunit;

namespace SigningAuthority.IntegrationTests.Provisioning;

/// <summary>deploy/nginx/fetch-crl.sh: what it takes, what it leaves, and what it says. The lists come out of files, by curl all the same.</summary>
public sealed class FetchedListsTests : IDisposable
{
    private static readonly string Script = Path.Combine(Repository.Root, "deploy", "nginx", "fetch-crl.sh");

    private readonly string _folder = Directory.CreateTempSubdirectory("sa-lists-").FullName;
    private readonly MadeRoot _root = new("CN=Client Root");

    /// <summary>Another generation of the same name: only the key tells them apart.</summary>
    private readonly MadeRoot _next = new("CN=Client Root");

    private string Lists => Path.Combine(_folder, "client-crl.pem");

    private string Published => Path.Combine(_folder, "published.pem");

    public void Dispose()
    {
        _root.Dispose();
        _next.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_list_is_taken_once_and_the_server_told_when_it_changed()
    {
        Trust(_root);
        var first = await FetchAsync(_root.List(1));
        Assert.Equal("told\n", first.MustSucceed().Output);
        Assert.Equal("", (await FetchAsync(_root.List(1))).MustSucceed().Output);
        Assert.Equal("told\n", (await FetchAsync(_root.List(2))).MustSucceed().Output);
        Assert.Equal(_root.List(2), await File.ReadAllTextAsync(Lists));
    }

    [Theory]
    [InlineData("older", "is older than the one at hand")]
    [InlineData("ended", "is not of today")]
    [InlineData("to come", "is not of today")]
    [InlineData("of a stranger", "no complete list that this root has signed")]
    [InlineData("altered", "no complete list that this root has signed")]
    [InlineData("cut off", "no complete list that this root has signed")]
    [InlineData("a delta", "no complete list that this root has signed")]
    [InlineData("of a part", "no complete list that this root has signed")]
    [InlineData("no list", "no complete list that this root has signed")]
    public async Task What_is_wrong_is_not_taken_and_said_and_the_list_at_hand_stays(string what, string said)
    {
        Trust(_root);
        var good = _root.List(0x100);
        (await FetchAsync(good)).MustSucceed();
        var now = DateTimeOffset.UtcNow;
        var wrong = what switch
        {
            // Compared as numbers: 0xFF is below 0x100 though it is larger as text.
            "older" => _root.List(0xFF),
            "ended" => _root.List(0x101, now.AddDays(-2), now.AddSeconds(-10)),
            "to come" => _root.List(0x101, now.AddHours(1), now.AddDays(2)),
            "of a stranger" => _next.List(0x101),
            "altered" => Altered(_root.List(0x101)),
            "a delta" => _root.Delta(0x101),
            "of a part" => _root.ListOfPart(0x101),
            "cut off" => _root.List(0x101)[..300],
            _ => "<html>Sign in to the hotel's network</html>\n",
        };

        var refused = await FetchAsync(wrong);

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains(said, refused.Error);
        Assert.Empty(refused.Output);
        Assert.Equal(good, await File.ReadAllTextAsync(Lists));
    }

    [Fact]
    public async Task Of_an_authority_that_was_restored_the_list_that_was_made_later_is_taken_whatever_its_number()
    {
        Trust(_root);
        var before = _root.List(0x100, DateTimeOffset.UtcNow.AddHours(-2));
        (await FetchAsync(before)).MustSucceed();

        var restored = _root.List(0x80, DateTimeOffset.UtcNow.AddHours(-1));
        (await FetchAsync(restored)).MustSucceed();
        Assert.Equal(restored, await File.ReadAllTextAsync(Lists));

        // From there on its own numbers count again.
        Assert.Equal(1, (await FetchAsync(_root.List(0x7F, DateTimeOffset.UtcNow.AddHours(-3)))).ExitCode);
        Assert.Equal(restored, await File.ReadAllTextAsync(Lists));
    }

    [Fact]
    public async Task Each_root_has_its_own_list_and_a_new_one_that_is_missing_does_not_hold_up_the_others()
    {
        Trust(_root, _next);
        (await FetchAsync(_next.List(7) + _root.List(1))).MustSucceed();
        Assert.Equal(_root.List(1) + _next.List(7), await File.ReadAllTextAsync(Lists));

        // Only one of them comes: it is taken, and the other's stays.
        var half = await FetchAsync(_root.List(2));
        Assert.Equal(1, half.ExitCode);
        Assert.Equal(_root.List(2) + _next.List(7), await File.ReadAllTextAsync(Lists));
    }

    [Fact]
    public async Task A_root_that_is_trusted_since_gets_its_list_though_there_is_nothing_new()
    {
        await using var server = await ListServer.StartAsync();
        var both = server.Publish(Encoding.ASCII.GetBytes(_root.List(1) + _next.List(7)));
        Trust(_root);
        (await RunAsync(both.AbsoluteUri)).MustSucceed();
        Assert.Equal("", (await RunAsync(both.AbsoluteUri)).MustSucceed().Output);
        Assert.Equal(_root.List(1), await File.ReadAllTextAsync(Lists));

        Trust(_root, _next);
        Assert.Equal("told\n", (await RunAsync(both.AbsoluteUri)).MustSucceed().Output);
        Assert.Equal(_root.List(1) + _next.List(7), await File.ReadAllTextAsync(Lists));
    }

    [Fact]
    public async Task The_list_of_a_part_at_hand_does_not_keep_the_complete_one_out()
    {
        Trust(_root);
        await File.WriteAllTextAsync(Lists, _root.ListOfPart(0x100));
        (await FetchAsync(_root.List(1))).MustSucceed();
        Assert.Equal(_root.List(1), await File.ReadAllTextAsync(Lists));
    }

    [Fact]
    public async Task A_server_that_could_not_be_told_is_told_again_until_it_can()
    {
        Trust(_root);
        var broken = Path.Combine(_folder, "broken");
        await File.WriteAllTextAsync(broken, "");
        string[] reload = ["sh", "-c", "[ ! -e \"$0\" ] && echo told", broken];
        for (var run = 0; run < 2; run++)
        {
            var failed = await FetchAsync(_root.List(1), reload);
            Assert.Equal(1, failed.ExitCode);
            Assert.Contains("the server still goes by the lists of before", failed.Error);
        }

        File.Delete(broken);
        Assert.Equal("told\n", (await FetchAsync(_root.List(1), reload)).MustSucceed().Output);
        Assert.Equal("", (await FetchAsync(_root.List(1), reload)).MustSucceed().Output);
    }

    [Fact]
    public async Task A_change_that_came_without_a_command_is_told_by_the_next_run_that_has_one()
    {
        Trust(_root);
        (await FetchAsync(_root.List(1), [])).MustSucceed();
        Assert.Equal("told\n", (await FetchAsync(_root.List(1))).MustSucceed().Output);
    }

    [Fact]
    public async Task What_the_command_starts_does_not_keep_later_runs_out()
    {
        Trust(_root);
        // As `apachectl graceful` starts a server that does not run.
        var first = await FetchAsync(_root.List(1), ["sh", "-c", "sleep 60 >/dev/null 2>&1 & echo $!"]);
        using var started = Process.GetProcessById(int.Parse(first.MustSucceed().Output));
        try
        {
            Assert.Equal("told\n", (await FetchAsync(_root.List(2))).MustSucceed().Output);
        }
        finally
        {
            started.Kill();
        }
    }

    [Theory]
    [InlineData(35, "", 0)]
    [InlineData(37, "", 1)]
    [InlineData(37, "48", 0)]
    public async Task A_list_that_nobody_renews_is_used_and_said(int hours, string mostAgeHours, int status)
    {
        Trust(_root);
        var list = _root.List(1, DateTimeOffset.UtcNow.AddHours(-hours));
        for (var run = 0; run < 2; run++)
        {
            var result = await FetchAsync(list, mostAgeHours: mostAgeHours);
            Assert.Equal(status, result.ExitCode);
            Assert.Equal(status == 1, result.Error.Contains("was made over 36 hours ago", StringComparison.Ordinal));
            Assert.Equal(list, await File.ReadAllTextAsync(Lists));
        }
    }

    [Fact]
    public async Task What_is_too_much_is_given_up_and_the_list_at_hand_stays()
    {
        Trust(_root);
        (await FetchAsync(_root.List(1))).MustSucceed();

        var many = await FetchAsync(string.Concat(Enumerable.Repeat(_root.List(2), 33)));
        Assert.Equal(1, many.ExitCode);
        Assert.Contains("more than 32 lists", many.Error);

        await using (var file = File.Create(Published))
            file.SetLength(257L << 20);
        var large = await RunAsync("file://" + Published);
        Assert.Equal(1, large.ExitCode);
        Assert.Contains("curl:", large.Error);

        Assert.Equal(_root.List(1), await File.ReadAllTextAsync(Lists));
        Assert.Equal("told\n", (await FetchAsync(_root.List(2))).MustSucceed().Output);
    }

    [Fact]
    public async Task While_nobody_answers_the_list_at_hand_stays()
    {
        Trust(_root);
        (await FetchAsync(_root.List(1))).MustSucceed();
        var away = await RunAsync($"http://127.0.0.1:{FreePort.Take()}/crl/client-bundle.pem");
        Assert.Equal(1, away.ExitCode);
        Assert.Contains("curl:", away.Error);
        Assert.Equal(_root.List(1), await File.ReadAllTextAsync(Lists));
        Assert.Equal(
            ["client-bundle.pem", "client-crl.pem", "client-crl.pem.lock", "published.pem"],
            Directory.GetFiles(_folder).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
    }

    /// <summary>With a line of text behind each root, as bundles often have.</summary>
    private void Trust(params MadeRoot[] roots) =>
        File.WriteAllText(Path.Combine(_folder, "client-bundle.pem"), string.Concat(roots.Select(root => root.Pem + "# a root\n")));

    private async Task<ProgramResult> FetchAsync(string published, string[]? command = null, string mostAgeHours = "")
    {
        await File.WriteAllTextAsync(Published, published);
        return await RunAsync("file://" + Published, command, mostAgeHours);
    }

    /// <param name="url">Where the lists are.</param>
    /// <param name="command">What tells the server; null for one that says "told".</param>
    /// <param name="mostAgeHours">Empty for the script's own.</param>
    private Task<ProgramResult> RunAsync(string url, string[]? command = null, string mostAgeHours = "")
    {
        string[] told = command ?? ["echo", "told"];
        return ExternalProgram.RunAsync(
            "sh",
            [Script, url, Path.Combine(_folder, "client-bundle.pem"), Lists, .. told],
            new Dictionary<string, string> { ["MOST_AGE_HOURS"] = mostAgeHours }
        );
    }

    private static string Altered(string pem)
    {
        var der = Convert.FromBase64String(pem[PemEncoding.Find(pem).Base64Data]);
        der[^1] ^= 1;
        return PemEncoding.WriteString("X509 CRL", der) + "\n";
    }
}

/// <summary>A root made here and its lists; the same list each time that it is asked for.</summary>
internal sealed class MadeRoot : IDisposable
{
    private static readonly DateTimeOffset Made = DateTimeOffset.UtcNow.AddMinutes(-10);

    private readonly RSA _key = RSA.Create(2048);
    private readonly X509Certificate2 _certificate;

    public MadeRoot(string name)
    {
        var request = new CertificateRequest(name, _key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        _certificate = request.CreateSelfSigned(Made, Made.AddYears(1));
    }

    public string Pem => _certificate.ExportCertificatePem() + "\n";

    /// <summary>PEM.</summary>
    public string List(int number, DateTimeOffset? thisUpdate = null, DateTimeOffset? nextUpdate = null) =>
        PemEncoding.WriteString(
            "X509 CRL",
            new CertificateRevocationListBuilder().Build(
                _certificate,
                number,
                nextUpdate ?? Made.AddDays(7),
                HashAlgorithmName.SHA256,
                RSASignaturePadding.Pkcs1,
                thisUpdate ?? Made
            )
        ) + "\n";

    /// <summary>PEM; as the authority makes them, and without entries.</summary>
    public string Delta(int number) => Sign(new RevocationListPlan(number, Made, Made.AddDays(7)) { BaseNumber = 1 });

    /// <inheritdoc cref="Delta"/>
    public string ListOfPart(int number) =>
        Sign(
            new RevocationListPlan(number, Made, Made.AddDays(7)) { DistributionPoint = new Uri("http://ca.callme.com/crl/client/1.crl") }
        );

    private string Sign(RevocationListPlan plan)
    {
        using var issuer = IssuerCertificate.Read(_certificate.RawData);
        byte[] toBeSigned = [.. ToBeSignedRevocationList.EncodeHead(plan, issuer, 0), .. ToBeSignedRevocationList.EncodeTail(plan, issuer)];
        var signature = _key.SignData(toBeSigned, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        byte[] list =
        [
            .. SignedRevocationList.Head(toBeSigned.Length, signature.Length),
            .. toBeSigned,
            .. SignedRevocationList.Tail(signature),
        ];
        return PemEncoding.WriteString("X509 CRL", list) + "\n";
    }

    public void Dispose()
    {
        _certificate.Dispose();
        _key.Dispose();
    }
}

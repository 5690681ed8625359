using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using SigningAuthority.IntegrationTests.Fixtures;
using Xunit;

namespace SigningAuthority.IntegrationTests.Stations.Est;

/// <summary>RFC 7030 section by section, with curl and openssl: what a standard client does. The whole way is <see cref="EstScriptTests"/>.</summary>
[Collection(FactoryFlows.Name)]
public sealed class EstEnrolmentTests(RunningAuthority authority) : IClassFixture<SoundLog>
{
    private readonly EstDesk _est = new(authority);
    private readonly FactoryDevice _device = FactoryDevice.Make();

    /// <summary>§4.1.2: without any credential. §4.1.3: 200, certs-only, base64.</summary>
    [Theory]
    [InlineData("cacerts")]
    [InlineData(RunningAuthority.StandingOrder + "/cacerts")]
    public async Task Section_4_1_the_client_root_is_given_to_anybody(string path)
    {
        var (from, head) = (IssuanceLogReader.FromNow(), Path.Combine(authority.Scratch, Guid.NewGuid().ToString("N")));

        var answer = await _est.AnonymouslyAsync(path, "--dump-header", head);

        Assert.Equal("application/pkcs7-mime; smime-type=certs-only", answer.MediaType);
        Assert.Contains("content-transfer-encoding: base64", await File.ReadAllTextAsync(head), StringComparison.OrdinalIgnoreCase);
        using var root = X509Certificate2.CreateFromPem(await authority.RootPemAsync("client"));
        var collection = new X509Certificate2Collection();
        collection.ImportFromPem(await _est.CertificatesInAsync(answer));
        Assert.Equal(root.RawData, Assert.Single(collection).RawData);
        Assert.Single(await new IssuanceLogReader(authority).AwaitAsync($"type=roots.downloaded&subject=cacerts.p7b&{from}", 1));
    }

    /// <summary>§4.5.2, RFC 8951 §3.4: the wanted key with its size, the signature, and the subject's attributes.</summary>
    [Theory]
    [InlineData("cn-mac", "organizationalUnitName", "serialNumber", "commonName")]
    [InlineData("sipura-doc", "organizationalUnitName", "localityName", "stateOrProvinceName")]
    [InlineData("cisco-sb", "stateOrProvinceName", "localityName", "commonName")]
    public async Task Section_4_5_the_attributes_say_what_a_request_must_have(string profile, params string[] subject)
    {
        var answer = await _est.AsStationAsync(await _est.OrderAsync(["SPA962"], profile) + "/csrattrs");

        Assert.Equal((HttpStatusCode.OK, "application/csrattrs"), (answer.Status, answer.MediaType));
        var file = Path.Combine(authority.Scratch, Guid.NewGuid().ToString("N"));
        await File.WriteAllBytesAsync(file, answer.Body);
        await OpenSsl.RunAsync("base64", "-d", "-in", file, "-out", file + ".der");
        var parsed = await OpenSsl.RunAsync("asn1parse", "-inform", "DER", "-in", file + ".der");
        Assert.Matches("SET *\n.*INTEGER +:0800", parsed);
        foreach (var oid in (string[])["rsaEncryption", "sha256WithRSAEncryption", .. subject])
            Assert.Contains("OBJECT            :" + oid, parsed);
    }

    /// <summary>§4.2.1 and §4.2.3, for each layout of a subject, whole and as far as the order leaves something to say.</summary>
    [Theory]
    [InlineData("cn-mac", "/O=SigningAuthority/OU=SPA962/serialNumber={serial}/CN={MAC}")]
    [InlineData("cn-mac", "/serialNumber={serial}/CN={mac}")]
    [InlineData("cn-mac", "/serialNumber={serial}/CN={ma:c}")]
    [InlineData("sipura-doc", "/OU=SPA962/L={serial}/ST={mac}")]
    [InlineData("sipura-doc", "/L={serial}/ST={MAC}")]
    [InlineData("cisco-sb", "/C=US/ST={MAC}/L={serial}/O=Any/CN=SPA962, MAC: {MAC}, Serial: {serial}/emailAddress=a@example.com")]
    [InlineData("cisco-sb", "/CN=SPA962, MAC: {MAC}, Serial: {serial}")]
    [InlineData("cisco-sb", "/ST={mac}/L={serial}")]
    public async Task Section_4_2_a_device_named_by_its_subject_gets_its_certificate_and_always_the_same(string profile, string layout)
    {
        var order = await _est.OrderAsync(["SPA962"], profile);
        var made = await _est.MakeAsync(Filled(layout));

        var first = await _est.EnrolAsync(order + "/simpleenroll", made);
        var again = await _est.EnrolAsync(order + "/simpleenroll", made);

        Assert.Equal(first.Body, again.Body);
        await AssertVerifiesAsync(await _est.CertificatesInAsync(first), made);
        var entry = Assert
            .Single(await new IssuanceLogReader(authority).AwaitAsync($"type=request.submitted&mac={_device.Mac}", 1))
            .GetProperty("entry");
        Assert.Equal((order, _device.Serial), (entry.GetProperty("order").GetString(), entry.GetProperty("serial").GetString()));
    }

    /// <summary>§3.2.2: the label is optional; then the door chooses the order. The certificate is the one of the other door.</summary>
    [Fact]
    public async Task Section_3_2_2_without_a_label_the_door_chooses_the_order_as_for_any_device()
    {
        var made = await _est.MakeAsync(Filled("/OU=SPA962/serialNumber={serial}/CN={MAC}"));
        var head = Path.Combine(authority.Scratch, Guid.NewGuid().ToString("N"));

        var answer = await _est.EnrolAsync("simpleenroll", made, "--dump-header", head);

        using var enrolled = X509Certificate2.CreateFromPem(await _est.CertificatesInAsync(answer));
        var same = await new StationDesk(authority.StationClient()).SubmitAsync(
            new
            {
                mac = _device.Mac,
                serial = _device.Serial,
                product = _device.Product,
                csr = Encoding.ASCII.GetString(made.Pem),
            }
        );
        Assert.Equal(HttpStatusCode.OK, same.Status);
        using var certificate = X509Certificate2.CreateFromPem(same.Member("certificate"));
        Assert.Equal(certificate.RawData, enrolled.RawData);
        Assert.Contains($"link: <{same.Member("receipt")}>;", await File.ReadAllTextAsync(head), StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>RFC 8951 §3: base64 whatever the header says, white space or none.</summary>
    [Theory]
    [InlineData(false, "")]
    [InlineData(true, "\r\n")]
    [InlineData(true, "\n", "Content-Transfer-Encoding: base64")]
    [InlineData(true, " \t\r\n\r\n", "Content-Transfer-Encoding: binary", "Content-Type: application/pkcs10; charset=us-ascii")]
    public async Task Rfc_8951_base64_is_read_in_any_dress(bool hasLines, string end, params string[] headers)
    {
        var made = await _est.MakeAsync(Filled("/OU=SPA962/serialNumber={serial}/CN={MAC}"));
        var text = Convert.ToBase64String(
            await made.DerAsync(),
            hasLines ? Base64FormattingOptions.InsertLineBreaks : Base64FormattingOptions.None
        );

        var answer = await _est.PostAsync(
            "simpleenroll",
            Encoding.ASCII.GetBytes(text + end),
            [.. headers.SelectMany(header => (string[])["--header", header])]
        );

        await AssertVerifiesAsync(await _est.CertificatesInAsync(answer), made);
    }

    /// <summary>§4.2.2: the subject is that of the certificate. The same key has its certificate already, and gets it.</summary>
    [Theory]
    [InlineData("cn-mac")]
    [InlineData("cisco-sb")]
    [InlineData("sipura-doc")]
    public async Task Section_4_2_2_a_device_that_asks_again_with_its_subject_and_key_gets_the_same_certificate(string profile)
    {
        var order = await _est.OrderAsync(["SPA962"], profile);
        var made = await _est.MakeAsync(Filled("/OU=SPA962/serialNumber={serial}/CN={MAC}/L={serial}/ST={MAC}"));
        var first = await _est.EnrolAsync(order + "/simpleenroll", made);
        var certificate = Path.Combine(authority.Scratch, _device.Mac + ".crt");
        await File.WriteAllTextAsync(certificate, await _est.CertificatesInAsync(first));
        var renewal = certificate + ".csr";
        await OpenSsl.RunAsync("x509", "-x509toreq", "-in", certificate, "-signkey", made.KeyFile, "-out", renewal);

        var again = await _est.EnrolAsync(order + "/simplereenroll", made with { CsrFile = renewal });

        Assert.Equal(HttpStatusCode.OK, again.Status);
        Assert.Equal(first.Body, again.Body);
    }

    /// <summary>§4.2.3: a request that has to wait is 202 with Retry-After, and sent again gets its certificate.</summary>
    [Fact]
    public async Task Section_4_2_3_while_nobody_signs_the_answer_is_202_and_later_the_certificate()
    {
        var made = await _est.MakeAsync(Filled("/OU=SPA962/serialNumber={serial}/CN={MAC}"));
        await using var impatient = await FurtherApi.StartAsync(
            authority,
            Repository.CaConfig,
            new Dictionary<string, string> { ["Api__StationWaitSeconds"] = "1" }
        );
        var est = new EstDesk(authority) { Address = impatient.Address };
        var signer = authority.Signers[AuthorityOptions.OnlySigner];
        (await ExternalProgram.RunAsync("kill", ["-STOP", $"{signer.Id}"])).MustSucceed();
        Answer waiting;
        try
        {
            waiting = await est.EnrolAsync("simpleenroll", made);
        }
        finally
        {
            signer.Thaw();
        }

        Assert.Equal((HttpStatusCode.Accepted, "text/plain; charset=utf-8"), (waiting.Status, waiting.MediaType));
        Assert.True(waiting.RetryAfter > 0);
        await AssertVerifiesAsync(await _est.CertificatesInAsync(await _est.EnrolAsync("simpleenroll", made)), made);
    }

    private async Task AssertVerifiesAsync(string pem, MadeRequest made)
    {
        var (certificate, root) = (
            Path.Combine(authority.Scratch, Guid.NewGuid() + ".crt"),
            Path.Combine(authority.Scratch, Guid.NewGuid() + ".pem")
        );
        await File.WriteAllTextAsync(certificate, pem);
        await File.WriteAllTextAsync(root, await authority.RootPemAsync("client"));
        await OpenSsl.RunAsync("verify", "-purpose", "sslclient", "-CAfile", root, certificate);
        Assert.Equal(
            await OpenSsl.RunAsync("pkey", "-in", made.KeyFile, "-pubout"),
            await OpenSsl.RunAsync("x509", "-in", certificate, "-noout", "-pubkey")
        );
        Assert.Contains(
            _device.Mac,
            await OpenSsl.RunAsync("x509", "-in", certificate, "-noout", "-subject"),
            StringComparison.OrdinalIgnoreCase
        );
    }

    private string Filled(string layout) =>
        layout
            .Replace("{MAC}", _device.Mac)
            .Replace("{mac}", _device.Mac.ToLowerInvariant())
            .Replace("{ma:c}", string.Join(':', _device.Mac.Chunk(2).Select(pair => new string(pair))))
            .Replace("{serial}", _device.Serial);
}

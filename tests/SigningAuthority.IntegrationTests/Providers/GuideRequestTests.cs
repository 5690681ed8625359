using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using SigningAuthority.IntegrationTests.Fixtures;
using Xunit;

namespace SigningAuthority.IntegrationTests.Providers;

/// <summary>The three requests that the vendor's guides print, made with `openssl req` and sent with curl.</summary>
[Collection(ProviderFlows.Name)]
public sealed class GuideRequestTests(RunningAuthority authority) : IClassFixture<SoundLog>
{
    private readonly ProviderDesk _desk = new(authority.Client(authority.TelcoToken));

    [Theory]
    [InlineData("sprov.callme.com", "sprov.callme.com", "raw PEM")]
    [InlineData("pv.telco.net/mailto:admin@telco.net", "pv.telco.net", "raw DER")]
    [InlineData("prof.voice.com/info@voice.com", "prof.voice.com", "JSON")]
    [InlineData("sprov.callme.com", "sprov.callme.com", "form")]
    public async Task A_request_of_the_guides_becomes_one_certificate_a_generation(string commonName, string host, string envelope)
    {
        var made = await MadeRequest.MakeAsync(authority.Scratch, commonName);

        var accepted = await Curl.SendAsync(authority, authority.TelcoToken, [.. await EnvelopeAsync(made, envelope)]);

        Assert.Equal(HttpStatusCode.Accepted, accepted.Status);
        Assert.Equal($"/{ProviderDesk.Path}/{accepted.Member("id")}", accepted.Location);
        var finished = await _desk.WaitAsync(accepted.Member("id"));
        Assert.Equal("Issued", finished.Member("status"));
        Assert.Equal(host, finished.Member("fqdn"));
        var certificates = finished.Json.GetProperty("certificates").EnumerateArray().ToList();
        Assert.Equal(["cisco-sb", "sipura"], certificates.Select(certificate => certificate.GetProperty("generation").GetString()).Order());
        foreach (var certificate in certificates)
            await ProveAsync(made, accepted.Member("id"), certificate, commonName, host);
    }

    private static async Task<string[]> EnvelopeAsync(MadeRequest made, string envelope)
    {
        const string twoDevices = ProviderDesk.Path + "?device=SPA962&device=SPA504G";
        switch (envelope)
        {
            case "raw PEM":
                // What curl sends unless told otherwise: application/x-www-form-urlencoded.
                return [twoDevices, "--data-binary", "@" + made.CsrFile];
            case "raw DER":
                await made.DerAsync();
                return [twoDevices, "--header", "Content-Type: application/octet-stream", "--data-binary", "@" + made.CsrFile + ".der"];
            case "JSON":
                var body = made.CsrFile + ".json";
                await File.WriteAllTextAsync(
                    body,
                    JsonSerializer.Serialize(
                        new
                        {
                            csr = await File.ReadAllTextAsync(made.CsrFile),
                            devices = new[] { "SPA962", "SPA504G" },
                            note = "spring roll-out",
                        }
                    )
                );
                return [ProviderDesk.Path, "--header", "Content-Type: application/json", "--data-binary", "@" + body];
            default:
                return [ProviderDesk.Path, "--form", "csr=@" + made.CsrFile, "--form", "device=SPA962", "--form", "device=SPA504G"];
        }
    }

    private async Task ProveAsync(MadeRequest made, string id, JsonElement listed, string commonName, string host)
    {
        var generation = listed.GetProperty("generation").GetString()!;
        var der = (await _desk.DownloadAsync(id, generation + ".der")).Body;
        using var certificate = X509CertificateLoader.LoadCertificate(der);
        Assert.Equal(
            listed.GetProperty("sha256").GetString(),
            certificate.GetCertHashString(System.Security.Cryptography.HashAlgorithmName.SHA256).ToLowerInvariant()
        );
        Assert.Equal(listed.GetProperty("serialNumber").GetString(), certificate.SerialNumber.TrimStart('0'));

        await SameInEveryFormAsync(id, generation, certificate);
        await IssuedAsSpecifiedAsync(made, certificate, commonName, host);
        Assert.Equal((await IssuerOfAsync(generation)).SubjectName.RawData, certificate.IssuerName.RawData);
    }

    private async Task SameInEveryFormAsync(string id, string generation, X509Certificate2 certificate)
    {
        foreach (var extension in (string[])["pem", "crt"])
        {
            using var read = X509Certificate2.CreateFromPem((await _desk.DownloadAsync(id, $"{generation}.{extension}")).Text);
            Assert.Equal(certificate.RawData, read.RawData);
        }

        var file = Path.Combine(authority.Scratch, id + ".p7b");
        await File.WriteAllBytesAsync(file, (await _desk.DownloadAsync(id, generation + ".p7b")).Body);
        var collection = new X509Certificate2Collection();
        collection.ImportFromPem(await OpenSsl.RunAsync("pkcs7", "-inform", "DER", "-in", file, "-print_certs"));
        Assert.Contains(collection, found => found.RawData.AsSpan().SequenceEqual(certificate.RawData));
    }

    /// <summary>ca-config/profiles/provisioning-server.json, as openssl reads it.</summary>
    private async Task IssuedAsSpecifiedAsync(MadeRequest made, X509Certificate2 certificate, string commonName, string host)
    {
        var file = Path.Combine(authority.Scratch, certificate.SerialNumber + ".crt");
        await File.WriteAllTextAsync(file, certificate.ExportCertificatePem());
        var text = await OpenSsl.RunAsync("x509", "-in", file, "-noout", "-text", "-nameopt", "RFC2253");
        Assert.Equal(
            "subject=CN=" + commonName,
            (await OpenSsl.RunAsync("x509", "-in", file, "-noout", "-subject", "-nameopt", "RFC2253")).Trim()
        );
        Assert.Matches(@"Subject Alternative Name: \n\s+DNS:" + host.Replace(".", @"\.") + @"\n", text);
        Assert.Matches(@"Key Usage: critical\n\s+Digital Signature, Key Encipherment\n", text);
        Assert.Matches(@"Extended Key Usage: \n\s+TLS Web Server Authentication\n", text);
        Assert.Matches(@"Basic Constraints: critical\n\s+CA:FALSE\n", text);
        Assert.Contains("Signature Algorithm: sha256WithRSAEncryption", text);
        Assert.Equal(
            await OpenSsl.RunAsync("req", "-in", made.CsrFile, "-noout", "-pubkey"),
            await OpenSsl.RunAsync("x509", "-in", file, "-noout", "-pubkey")
        );
        Assert.InRange(certificate.NotBefore.ToUniversalTime(), DateTime.UtcNow.AddMinutes(-75), DateTime.UtcNow);
        Assert.Equal(730, (certificate.NotAfter - certificate.NotBefore).TotalDays, 0.1);
    }

    private async Task<X509Certificate2> IssuerOfAsync(string generation) =>
        X509Certificate2.CreateFromPem(await authority.RootPemAsync(generation));
}

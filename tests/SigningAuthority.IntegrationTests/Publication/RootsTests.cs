using System.Net;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using SigningAuthority.IntegrationTests.Fixtures;
using Xunit;

namespace SigningAuthority.IntegrationTests.Publication;

/// <summary>The roots: public, in each form, at addresses that do not change.</summary>
[Collection(ProviderFlows.Name)]
public sealed class RootsTests(RunningAuthority authority) : IClassFixture<SoundLog>
{
    private static readonly string[] Public = ["sipura", "linksys", "cisco-sb", "cisco-2k", "client"];

    private readonly HttpClient _anybody = authority.Client();

    [Fact]
    public async Task Each_root_is_there_as_PEM_and_DER_and_is_the_one_of_the_ceremony()
    {
        foreach (var id in Public)
        {
            using var expected = X509Certificate2.CreateFromPem(await authority.RootPemAsync(id));
            Assert.Equal(expected.RawData, (await _anybody.AskAsync($"roots/{id}.der")).Body);
            Assert.Equal(expected.RawData, InPkcs7((await _anybody.AskAsync($"roots/{id}.p7b")).Body));
            foreach (var extension in (string[])["pem", "crt"])
            {
                using var published = X509Certificate2.CreateFromPem((await _anybody.AskAsync($"roots/{id}.{extension}")).Text);
                Assert.Equal(expected.RawData, published.RawData);
            }
        }
    }

    [Fact]
    public async Task The_client_root_has_the_name_of_the_guides_and_bundles_hold_their_kind()
    {
        var client = await authority.RootPemAsync("client");
        Assert.Equal(client.Trim(), (await _anybody.AskAsync("roots/spacroot.crt")).Text.Trim());
        Assert.Equal(await SubjectsAsync("client"), Bundle(await _anybody.AskAsync("roots/client-bundle.pem")));
        Assert.Equal(await SubjectsAsync(Public[..4]), Bundle(await _anybody.AskAsync("roots/server-bundle.pem")));
        Assert.Equal(await SubjectsAsync(Public), Bundle(await _anybody.AskAsync("roots/bundle.pem")));
        foreach (var bundle in (string[])["client-bundle", "server-bundle", "bundle"])
            Assert.Equal(
                Bundle(await _anybody.AskAsync($"roots/{bundle}.pem")),
                await Pkcs7Async(await _anybody.AskAsync($"roots/{bundle}.p7b"))
            );
    }

    [Fact]
    public async Task Authorities_that_are_nobodys_business_are_not_published()
    {
        foreach (var file in (string[])["station.pem", "service.pem", "log.pem", "sipura.key", "..%2Fapi.key", "sipura.pem.bak"])
            ProblemAssert.Is(await _anybody.AskAsync("roots/" + file), HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Who_has_the_newest_is_told_so()
    {
        var first = await _anybody.AskAsync("roots/client-bundle.pem");
        Assert.NotNull(first.ETag);

        var again = await _anybody.AskAsync("roots/client-bundle.pem", ("If-None-Match", first.ETag));
        var head = await _anybody.AskAsync(HttpMethod.Head, "roots/client-bundle.pem");

        Assert.Equal(HttpStatusCode.NotModified, again.Status);
        Assert.Empty(again.Body);
        Assert.Equal((HttpStatusCode.OK, first.ETag), (head.Status, head.ETag));
    }

    [Fact]
    public async Task The_page_for_people_shows_each_fingerprint_and_links_that_work()
    {
        var page = await _anybody.AskAsync("roots/");
        Assert.Equal("text/html", page.MediaType);
        foreach (var id in Public)
        {
            using var root = X509Certificate2.CreateFromPem(await authority.RootPemAsync(id));
            Assert.Contains(root.GetCertHashString(System.Security.Cryptography.HashAlgorithmName.SHA256), page.Text);
        }

        foreach (
            var link in System
                .Text.RegularExpressions.Regex.Matches(page.Text, "href=\"/(?<path>[^\"]+)\"")
                .Select(match => match.Groups["path"].Value)
        )
            Assert.Equal(HttpStatusCode.OK, (await _anybody.AskAsync(link)).Status);
    }

    [Fact]
    public async Task Whoever_comes_for_roots_or_the_log_without_TLS_is_sent_where_they_are()
    {
        using var plain = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = authority.PlainAddress };
        foreach (var path in (string[])["roots/", "roots/spacroot.crt?x=a%20b", "log/key", "log/tile/0/000.p/1"])
        {
            foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Head])
            {
                var answer = await plain.AskAsync(method, path);
                Assert.Equal((HttpStatusCode.PermanentRedirect, authority.Address + path), (answer.Status, answer.Location));
                Assert.Empty(answer.Body);
            }

            Assert.Equal(HttpStatusCode.NotFound, (await plain.AskAsync(HttpMethod.Post, path)).Status);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await plain.AskAsync("rootsy")).Status);
    }

    [Fact]
    public async Task Each_issuers_certificate_is_where_its_certificates_say_without_TLS_and_for_as_long_as_it_lives()
    {
        using var plain = new HttpClient { BaseAddress = authority.PlainAddress };
        // The internal authorities too: their certificates are shown outside.
        foreach (var id in (string[])[.. Public, "station", "service"])
        {
            using var expected = X509Certificate2.CreateFromPem(await authority.RootPemAsync(id));
            var issuer = await plain.AskAsync($"aia/{id}.cer");
            Assert.Equal((HttpStatusCode.OK, "application/pkix-cert"), (issuer.Status, issuer.MediaType));
            Assert.Equal(expected.RawData, issuer.Body);

            var again = await plain.AskAsync($"aia/{id}.cer", ("If-None-Match", issuer.ETag!));
            Assert.Equal((HttpStatusCode.NotModified, 0), (again.Status, again.Body.Length));
            Assert.Equal(issuer.ETag, (await plain.AskAsync(HttpMethod.Head, $"aia/{id}.cer")).ETag);
        }

        foreach (var file in (string[])["log.cer", "client", "client.pem", "nosuch.cer", ".cer"])
            Assert.Equal(HttpStatusCode.NotFound, (await plain.AskAsync("aia/" + file)).Status);
    }

    /// <summary>Of a station's certificate, which its people show to others.</summary>
    [Fact]
    public async Task The_address_in_an_issued_certificate_answers_with_its_issuer_without_TLS()
    {
        using var station = X509CertificateLoader.LoadCertificateFromFile(authority.StationCertificateFile);
        var access = Assert.Single(station.Extensions.OfType<X509AuthorityInformationAccessExtension>());
        var address = Assert.Single(access.EnumerateCAIssuersUris());
        Assert.StartsWith(authority.PlainAddress + "aia/", address);

        using var plain = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var issuer = X509CertificateLoader.LoadCertificate(await plain.GetByteArrayAsync(address));
        using var recorded = X509Certificate2.CreateFromPem(await authority.RootPemAsync("station"));

        Assert.Equal(recorded.RawData, issuer.RawData);
        var file = Path.Combine(authority.Scratch, "fetched-issuer.pem");
        await File.WriteAllTextAsync(file, issuer.ExportCertificatePem());
        await OpenSsl.RunAsync("verify", "-x509_strict", "-CAfile", file, authority.StationCertificateFile);
    }

    [Fact]
    public async Task Without_TLS_there_is_what_is_public_and_nothing_else()
    {
        using var plain = new HttpClient { BaseAddress = authority.PlainAddress };
        Assert.Equal((await _anybody.AskAsync("roots/client.der")).Body, (await plain.AskAsync("aia/client.cer")).Body);
        foreach (var path in (string[])["api/v1/provider/requests", "api/v1/audit/entries", "api/v1/station/devices"])
            Assert.Equal(HttpStatusCode.NotFound, (await plain.AskAsync(path)).Status);
    }

    private async Task<IReadOnlyList<string>> SubjectsAsync(params string[] ids)
    {
        var subjects = new List<string>();
        foreach (var id in ids)
        {
            using var root = X509Certificate2.CreateFromPem(await authority.RootPemAsync(id));
            subjects.Add(root.Subject);
        }

        return [.. subjects.Order()];
    }

    private static byte[] InPkcs7(byte[] body)
    {
        var cms = new SignedCms();
        cms.Decode(body);
        Assert.Empty(cms.SignerInfos);
        return Assert.Single(cms.Certificates).RawData;
    }

    /// <summary>The subjects, as openssl finds them.</summary>
    private async Task<IReadOnlyList<string>> Pkcs7Async(Answer answer)
    {
        var file = Path.Combine(authority.Scratch, Guid.NewGuid().ToString("N") + ".p7b");
        await File.WriteAllBytesAsync(file, answer.Body);
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPem(await OpenSsl.RunAsync("pkcs7", "-inform", "DER", "-in", file, "-print_certs"));
        return [.. certificates.Select(certificate => certificate.Subject).Order()];
    }

    private static IReadOnlyList<string> Bundle(Answer answer)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPem(answer.Text);
        return [.. certificates.Select(certificate => certificate.Subject).Order()];
    }
}

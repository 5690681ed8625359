using System.Net;
using System.Net.Http.Json;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Stations;
using Xunit;

namespace SigningAuthority.IntegrationTests.Providers;

/// <summary>Lines' ends in what callers write begin no line of ours: no header, no line of a log, no entry of an auditor's export.</summary>
[Collection(ProviderFlows.Name)]
public sealed class HeaderInjectionTests(RunningAuthority authority) : IClassFixture<SoundLog>
{
    private const string Smuggled = "X-Smuggled";
    private const string Evil = "order 1\r\n" + Smuggled + ": yes\r\nSet-Cookie: a=b\r\n\r\n{\"forged\":true}";

    private readonly HttpClient _telco = authority.Client(authority.TelcoToken);

    [Theory]
    [InlineData("a note", HttpStatusCode.Accepted)]
    [InlineData("a note in a form", HttpStatusCode.Accepted)]
    [InlineData("a device", HttpStatusCode.UnprocessableEntity)]
    [InlineData("a device in the address", HttpStatusCode.UnprocessableEntity)]
    [InlineData("a common name", HttpStatusCode.UnprocessableEntity)]
    public async Task A_lines_end_stays_where_it_was_written(string place, HttpStatusCode status)
    {
        var from = IssuanceLogReader.FromNow();
        var commonName = place == "a common name" ? "prov.callme.com/" + Evil[..40] : "prov.callme.com";
        using var key = System.Security.Cryptography.RSA.Create(2048);
        var pem = InMemoryRequest.ToPem(InMemoryRequest.Make(commonName, key));
        var device = place == "a device" ? "SPA962" + Evil : "SPA962";
        using HttpContent content = place switch
        {
            "a note in a form" => Form(pem),
            "a device in the address" => new StringContent(pem),
            _ => JsonContent.Create(
                new
                {
                    csr = pem,
                    devices = new[] { device },
                    note = place == "a note" ? Evil : null,
                }
            ),
        };
        var path = place == "a device in the address" ? "?device=SPA962" + Uri.EscapeDataString(Evil) : "";

        using var response = await _telco.PostAsync(ProviderDesk.Path + path, content);

        Assert.Equal(status, response.StatusCode);
        RequireOwnHeaders(response);
        if (status == HttpStatusCode.Accepted)
            await RequireOwnHeadersLaterAsync(response.Headers.Location!);
        await RequireOwnLinesAsync(from);
    }

    /// <summary>HttpClient refuses to write such a header; curl does what it is told.</summary>
    [Theory]
    [InlineData("a\rX-Smuggled: yes")]
    [InlineData("a\u0001b")]
    [InlineData("a\u001B[31mb")]
    [InlineData("a\u007Fb")]
    public async Task A_control_character_in_an_idempotency_key_is_refused(string key)
    {
        var made = await MadeRequest.MakeAsync(authority.Scratch, "prov.callme.com");
        var result = await ExternalProgram.RunAsync(
            "curl",
            [
                "--silent",
                "--cacert",
                authority.ServiceRootFile,
                "--http1.1",
                "--dump-header",
                "-",
                "--header",
                "Authorization: Bearer " + authority.TelcoToken,
                "--header",
                "Idempotency-Key: " + key,
                "--data-binary",
                "@" + made.CsrFile,
                new Uri(authority.Address, ProviderDesk.Path + "?device=SPA962").AbsoluteUri,
            ]
        );

        Assert.Matches(@"\AHTTP/[0-9.]+ 4(00|22)", result.Output);
        Assert.DoesNotContain(result.Output.Split('\n'), line => line.StartsWith(Smuggled, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_lines_end_in_a_devices_identity_is_refused_and_begins_no_line()
    {
        var from = IssuanceLogReader.FromNow();
        var device = FactoryDevice.Make();
        var answer = await new StationDesk(authority.StationClient()).SubmitAsync(
            new
            {
                mac = device.Mac + Evil,
                serial = device.Serial + Evil,
                product = device.Product + Evil,
                csr = device.Csr,
            }
        );

        ProblemAssert.Breaks(answer, HttpStatusCode.UnprocessableEntity, "mac-syntax", "serial-syntax", "product-unknown");
        await RequireOwnLinesAsync(from, "station%2Fline-1");
    }

    private static MultipartFormDataContent Form(string pem) =>
        new()
        {
            { new StringContent(pem), "csr", "provserver.csr" },
            { new StringContent("SPA962"), "device" },
            { new StringContent(Evil), "note" },
        };

    private static void RequireOwnHeaders(HttpResponseMessage response)
    {
        Assert.False(response.Headers.Contains(Smuggled));
        Assert.False(response.Headers.Contains("Set-Cookie"));
        Assert.All(response.Headers.SelectMany(header => header.Value), value => Assert.DoesNotContain("order 1", value));
    }

    /// <summary>Whatever is given out for the request afterwards: its page and its files.</summary>
    private async Task RequireOwnHeadersLaterAsync(Uri location)
    {
        foreach (var path in (string[])["?wait=30", "/certificates/sipura.pem"])
        {
            using var response = await _telco.GetAsync(location.OriginalString.TrimStart('/') + path);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            RequireOwnHeaders(response);
        }
    }

    private async Task RequireOwnLinesAsync(string from, string actor = "provider%2Ftelco")
    {
        var auditor = authority.Client(authority.AuditorToken);
        await new IssuanceLogReader(authority).AwaitAsync($"actor={actor}&{from}", 1);
        var export = await auditor.AskAsync($"{IssuanceLogReader.Path}?actor={actor}&{from}", ("Accept", "application/x-ndjson"));
        Assert.All(
            export.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            line => Assert.StartsWith("{\"index\":", line, StringComparison.Ordinal)
        );
        foreach (var file in Directory.GetFiles(authority.LogFolder))
            Assert.DoesNotContain(
                await File.ReadAllLinesAsync(file),
                line =>
                    line.StartsWith(Smuggled, StringComparison.OrdinalIgnoreCase)
                    || line.StartsWith("{\"forged", StringComparison.Ordinal)
                    || line.Contains('\u001B')
            );
    }
}

using System.Net;
using SigningAuthority.IntegrationTests.Fixtures;
using Xunit;

namespace SigningAuthority.IntegrationTests.Providers;

/// <summary>Bad input, each kind of it: 4xx, every rule named and explained, an entry in the log, and nothing half-done.</summary>
[Collection(ProviderFlows.Name)]
public sealed class RefusedUploadTests(RunningAuthority authority) : IClassFixture<SoundLog>
{
    private readonly ProviderDesk _desk = new(authority.Client(authority.TelcoToken));
    private readonly IssuanceLogReader _log = new(authority);

    public static TheoryData<string> Kinds => [.. BadUpload.All.Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_bad_upload_is_refused_with_its_reason_and_leaves_an_entry(string kind)
    {
        var bad = BadUpload.All[kind];
        var from = IssuanceLogReader.FromNow();
        var requestsBefore = await CountRequestsAsync();

        var answer = await _desk.UploadAsync(await bad.MakeAsync(authority.Scratch), bad.Devices);

        ProblemAssert.Breaks(answer, bad.Status, bad.Code);
        var entry = Assert.Single(await _log.AwaitAsync($"type=request.refused&actor=provider%2Ftelco&{from}", 1)).GetProperty("entry");
        Assert.Equal("door", entry.GetProperty("where").GetString());
        Assert.Equal(
            answer.ViolationCodes,
            entry.GetProperty("violations").EnumerateArray().Select(violation => violation.GetProperty("code").GetString()!)
        );
        Assert.Equal(requestsBefore, await CountRequestsAsync());
    }

    [Fact]
    public async Task All_that_is_wrong_is_said_at_once()
    {
        var made = await MadeRequest.MakeAsync(
            authority.Scratch,
            "*.callme.com",
            "-newkey",
            "rsa:1024",
            "-addext",
            "subjectAltName=DNS:other.example.org"
        );

        var answer = await _desk.UploadAsync(made.Pem, ["SPA962", "XYZ1"]);

        ProblemAssert.Breaks(
            answer,
            HttpStatusCode.UnprocessableEntity,
            "key-too-small",
            "common-name-wildcard",
            "san-foreign",
            "device-unknown"
        );
        var fix = answer
            .Violations.Single(violation => violation.GetProperty("code").GetString() == "key-too-small")
            .GetProperty("fix")
            .GetString();
        Assert.StartsWith("openssl req -new -newkey rsa:2048", fix);
    }

    [Fact]
    public async Task A_body_of_100_MB_is_cut_off()
    {
        var file = Path.Combine(authority.Scratch, "large.csr");
        await using (var large = File.Create(file))
            large.SetLength(100_000_000);

        var answer = await Curl.SendAsync(
            authority,
            authority.TelcoToken,
            ProviderDesk.Path + "?device=SPA962",
            "--data-binary",
            "@" + file
        );

        File.Delete(file);
        ProblemAssert.Breaks(answer, HttpStatusCode.RequestEntityTooLarge, "body-too-large");
    }

    // RFC 9112 §9.6: who sends on while the answer says no may have the connection reset before it has read the answer.
    private const string Reset = "000";
    private const int MostResets = 5;

    /// <summary>A caller that waits for no permission and sends on: neither is the body taken, nor does it cost memory.</summary>
    [Fact]
    public async Task Bodies_of_100_MB_sent_without_asking_are_not_taken_and_cost_no_memory()
    {
        var file = Path.Combine(authority.Scratch, "unasked.csr");
        await using (var large = File.Create(file))
            large.SetLength(100_000_000);
        var before = PeakOfApi();

        foreach (var type in (string[])["application/pkcs10", "application/json", "multipart/form-data; boundary=x"])
        {
            var status = Reset;
            for (var attempt = 0; attempt < MostResets && status == Reset; attempt++)
            {
                (status, var uploaded) = await SendUnaskedAsync(type, file);
                Assert.InRange(uploaded, 0, 50_000_000);
            }

            Assert.Equal("413", status);
        }

        File.Delete(file);
        Assert.InRange(PeakOfApi() - before, 0, 64 * 1024);
    }

    private async Task<(string Status, long Uploaded)> SendUnaskedAsync(string type, string file)
    {
        var sent = (
            await ExternalProgram.RunAsync(
                "curl",
                [
                    "--silent",
                    "--http1.1",
                    "--cacert",
                    authority.ServiceRootFile,
                    "--output",
                    "/dev/null",
                    "--write-out",
                    "%{http_code} %{size_upload}",
                    "--header",
                    "Authorization: Bearer " + authority.TelcoToken,
                    "--header",
                    "Content-Type: " + type,
                    "--header",
                    "Expect:",
                    "--data-binary",
                    "@" + file,
                    new Uri(authority.Address, ProviderDesk.Path + "?device=SPA962").AbsoluteUri,
                ]
            )
        ).Output.Split(' ');
        return (sent[0], long.Parse(sent[1]));
    }

    /// <summary>The most memory that the front door ever had, in KiB: VmHWM of proc(5).</summary>
    private long PeakOfApi() =>
        long.Parse(
            File.ReadLines($"/proc/{authority.Api.Id}/status")
                .First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal))
                .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1]
        );

    [Fact]
    public async Task A_body_that_is_no_JSON_or_no_form_is_malformed()
    {
        ProblemAssert.Breaks(
            await _desk.UploadAsync("{\"csr\": "u8.ToArray(), contentType: "application/json"),
            HttpStatusCode.BadRequest,
            "json-malformed"
        );
        ProblemAssert.Breaks(
            await _desk.UploadAsync("[]"u8.ToArray(), contentType: "application/json"),
            HttpStatusCode.BadRequest,
            "json-malformed"
        );
        ProblemAssert.Breaks(
            await _desk.UploadAsync("{}"u8.ToArray(), contentType: "application/json"),
            HttpStatusCode.UnprocessableEntity,
            "csr-missing"
        );
    }

    private async Task<long> CountRequestsAsync()
    {
        await using var command = authority
            .Postgres.Connect(PostgresCluster.Superuser, authority.Database)
            .CreateCommand("select count(*) from sa.signing_request");
        return (long)(await command.ExecuteScalarAsync())!;
    }
}

using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using SigningAuthority.IntegrationTests.Fixtures;
using Xunit;

namespace SigningAuthority.IntegrationTests.Stations;

[Collection(FactoryFlows.Name)]
public sealed class BatchTests(RunningAuthority authority) : IClassFixture<SoundLog>
{
    private readonly HttpClient _client = authority.StationClient();
    private readonly IssuanceLogReader _log = new(authority);

    private StationDesk Desk => new(_client);

    [Fact]
    public async Task A_batch_of_200_gets_200_certificates_and_a_broken_line_in_its_middle_fails_alone()
    {
        var devices = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(() => FactoryDevice.Make())));
        var lines = devices.Select(device => JsonSerializer.Serialize(device.Submission)).ToList();
        lines.Insert(100, "{\"mac\": \"000E08");
        var from = IssuanceLogReader.FromNow();

        var answers = await Desk.BatchAsync(lines);

        Assert.Equal(Enumerable.Range(1, 201), answers.Select(answer => answer.GetProperty("line").GetInt32()).Order());
        var broken = Assert.Single(answers, answer => answer.GetProperty("status").GetString() != "Issued");
        Assert.Equal(101, broken.GetProperty("line").GetInt32());
        Assert.Equal("Refused", broken.GetProperty("status").GetString());
        Assert.Equal("json-malformed", Assert.Single(broken.GetProperty("violations").EnumerateArray()).GetProperty("code").GetString());
        foreach (var answer in answers.Where(answer => answer.GetProperty("line").GetInt32() != 101))
        {
            var line = answer.GetProperty("line").GetInt32();
            Assert.Equal(devices[line < 101 ? line - 1 : line - 2].Mac, answer.GetProperty("mac").GetString());
        }

        Assert.Equal(
            200,
            answers
                .Where(answer => answer.TryGetProperty("sha256", out _))
                .Select(answer => answer.GetProperty("sha256").GetString())
                .Distinct()
                .Count()
        );
        Assert.Equal(200, (await _log.AwaitAsync($"type=certificate.issued&{from}", 200)).Count);
        Assert.Single(await _log.AwaitAsync($"type=request.refused&{from}", 1));
    }

    [Fact]
    public async Task Answers_come_while_lines_are_still_being_sent()
    {
        var (first, second) = (FactoryDevice.Make(), FactoryDevice.Make());
        using var content = new LineByLine();
        using var request = new HttpRequestMessage(HttpMethod.Post, StationDesk.BatchesPath)
        {
            Content = content,
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };

        var sending = _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await content.SendAsync(JsonSerializer.Serialize(first.Submission));
        using var response = await sending.WaitAsync(Eventually.Patience);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        var answer = JsonSerializer.Deserialize<JsonElement>((await reader.ReadLineAsync().WaitAsync(Eventually.Patience))!);
        Assert.Equal(first.Mac, answer.GetProperty("mac").GetString());

        await content.SendAsync(JsonSerializer.Serialize(second.Submission));
        content.End();
        Assert.Equal(
            second.Mac,
            JsonSerializer
                .Deserialize<JsonElement>((await reader.ReadLineAsync().WaitAsync(Eventually.Patience))!)
                .GetProperty("mac")
                .GetString()
        );
        Assert.Null(await reader.ReadLineAsync().WaitAsync(Eventually.Patience));
    }

    [Fact]
    public async Task A_device_twice_in_a_batch_has_one_certificate_and_one_with_another_key_none()
    {
        var device = FactoryDevice.Make();

        var answers = await Desk.BatchAsync(
            new[] { device.Submission, device.Submission, device.WithOtherKey().Submission }.Select(submission =>
                JsonSerializer.Serialize(submission)
            )
        );

        var issued = answers.Where(answer => answer.GetProperty("status").GetString() == "Issued").ToList();
        var refused = answers.Where(answer => answer.GetProperty("status").GetString() == "Refused").ToList();
        Assert.Single(issued.Select(answer => answer.GetProperty("sha256").GetString()).Distinct());
        Assert.Equal(3, issued.Count + refused.Count);
        Assert.NotEmpty(refused);
        Assert.Single(await _log.AwaitAsync($"type=certificate.issued&mac={device.Mac}", 1));
    }

    [Fact]
    public async Task Signctl_sends_a_batch_and_its_exit_status_tells_of_a_refused_line()
    {
        var (good, bad) = (FactoryDevice.Make(), FactoryDevice.Make());
        var (input, output) = (Path.Combine(authority.Scratch, "in.ndjson"), Path.Combine(authority.Scratch, "out.ndjson"));
        await File.WriteAllLinesAsync(
            input,
            [JsonSerializer.Serialize(good.Submission), JsonSerializer.Serialize((bad with { Mac = "010E08000001" }).Submission)],
            new UTF8Encoding(false)
        );

        var result = await RunningAuthority.SignctlAsync(
            "batch",
            input,
            "--out",
            output,
            "--url",
            authority.Address.AbsoluteUri,
            "--cacert",
            authority.ServiceRootFile,
            "--cert",
            authority.StationCertificateFile,
            "--key",
            authority.StationKeyFile
        );

        Assert.True(result.ExitCode == 2, result.ToString());
        var answers = (await File.ReadAllLinesAsync(output))
            .Select(line => JsonSerializer.Deserialize<JsonElement>(line))
            .ToDictionary(answer => answer.GetProperty("line").GetInt32());
        Assert.Equal("Issued", answers[1].GetProperty("status").GetString());
        Assert.Equal("Refused", answers[2].GetProperty("status").GetString());
    }

    [Fact]
    public async Task One_station_has_eight_batches_at_once_and_leaves_places_to_others()
    {
        using var greedy = await authority.EnrolStationAsync("line-greedy");
        var client = authority.Client(certificate: greedy);
        var open = new List<(LineByLine Lines, BatchStream Batch)>();
        for (var i = 0; i < 8; i++)
        {
            var lines = new LineByLine();
            open.Add((lines, await BatchStream.OpenAsync(client, lines)));
        }

        var ninth = await OneLineAsync(client);

        ProblemAssert.Is(ninth, HttpStatusCode.TooManyRequests, "rate-limited");
        Assert.InRange(ninth.RetryAfter ?? 0, 1, 60);
        Assert.Equal(HttpStatusCode.OK, (await OneLineAsync(_client)).Status);
        open[0].Lines.End();
        Assert.Empty(await open[0].Batch.ReadAsync());
        await Eventually.TrueAsync(async () => (await OneLineAsync(client)).Status == HttpStatusCode.OK, "a place is free again");
        foreach (var (lines, batch) in open)
        {
            lines.End();
            batch.Dispose();
        }
    }

    [Fact]
    public async Task A_batch_that_pauses_for_too_long_ends_and_says_so()
    {
        await using var hasty = await FurtherApi.StartAsync(
            authority,
            Repository.CaConfig,
            new Dictionary<string, string> { ["Api__BatchIdleSeconds"] = "1" }
        );
        using var certificate = X509Certificate2.CreateFromPemFile(authority.StationCertificateFile, authority.StationKeyFile);
        using var station = hasty.StationClient(certificate);
        using var lines = new LineByLine();

        using var batch = await BatchStream.OpenAsync(station, lines);

        var last = JsonSerializer.Deserialize<JsonElement>(Assert.Single(await batch.ReadAsync()));
        Assert.Equal(
            (0, "batch-idle"),
            (last.GetProperty("line").GetInt32(), last.GetProperty("violations")[0].GetProperty("code").GetString())
        );
    }

    private static Task<Answer> OneLineAsync(HttpClient client)
    {
        var content = new StringContent("{}\n");
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        return client.AskAsync(HttpMethod.Post, StationDesk.BatchesPath, content);
    }

    /// <summary>A body that is sent as the test writes it.</summary>
    private sealed class LineByLine : HttpContent
    {
        private readonly TaskCompletionSource<Stream> _stream = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public LineByLine() => Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");

        public async Task SendAsync(string line)
        {
            var stream = await _stream.Task;
            await stream.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"));
            await stream.FlushAsync();
        }

        public void End() => _end.TrySetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.FlushAsync();
            _stream.SetResult(stream);
            await _end.Task;
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}

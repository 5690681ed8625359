using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using SigningAuthority.IntegrationTests.Fixtures;
using Xunit;

namespace SigningAuthority.IntegrationTests.Stations;

[Collection(FactoryFlows.Name)]
public sealed class AdmissionTests(RunningAuthority authority) : IClassFixture<SoundLog>
{
    [Fact]
    public async Task Past_the_bound_a_station_is_told_at_once_when_to_come_back_and_nothing_was_submitted()
    {
        await using var narrow = await FurtherApi.StartAsync(
            authority,
            Repository.CaConfig,
            new Dictionary<string, string> { ["Api__MostWaiting"] = "1" }
        );
        var (first, second) = (FactoryDevice.Make(), FactoryDevice.Make());
        var slow = new SlowContent(JsonSerializer.SerializeToUtf8Bytes(first.Submission));
        using var certificate = X509Certificate2.CreateFromPemFile(authority.StationCertificateFile, authority.StationKeyFile);
        using var station = narrow.StationClient(certificate);
        var waiting = station.AskAsync(HttpMethod.Post, StationDesk.DevicesPath, slow);
        await slow.Begun;
        var desk = new StationDesk(station);
        Answer turnedAway = null!;
        await Eventually.TrueAsync(
            async () =>
            {
                // Our own question may have had the place when the slow request came: then that one was turned away.
                if (waiting.IsCompleted)
                {
                    slow = new SlowContent(JsonSerializer.SerializeToUtf8Bytes(first.Submission));
                    waiting = station.AskAsync(HttpMethod.Post, StationDesk.DevicesPath, slow);
                    await slow.Begun;
                }

                turnedAway = await desk.SubmitAsync(new { mac = "none" });
                return turnedAway.Status == HttpStatusCode.ServiceUnavailable && !waiting.IsCompleted;
            },
            "the only place is taken"
        );

        ProblemAssert.Is(turnedAway, HttpStatusCode.ServiceUnavailable, "temporarily-unavailable");
        Assert.InRange(turnedAway.RetryAfter ?? 0, 1, 60);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await desk.SubmitAsync(second.Submission)).Status);

        slow.Finish();
        Assert.Equal(HttpStatusCode.Created, (await waiting).Status);
        // 201 and not 200: the request that was turned away had left nothing.
        Assert.Equal(HttpStatusCode.Created, (await desk.SubmitAsync(second.Submission)).Status);
    }

    [Fact]
    public async Task Devices_that_come_together_and_one_alone_are_all_certified_with_a_key_of_their_own()
    {
        var desk = new StationDesk(authority.StationClient());
        FactoryDevice[] devices = [.. Enumerable.Range(0, 48).AsParallel().Select(_ => FactoryDevice.Make())];

        var answers = await Task.WhenAll(devices.Select(device => desk.SubmitAsync(device.Submission)));
        var alone = await desk.SubmitAsync(FactoryDevice.Make().Submission);

        Assert.All(answers.Append(alone), answer => Assert.True(answer.Status == HttpStatusCode.Created, answer.ToString()));
        Assert.Equal(devices.Select(device => device.Mac), answers.Select(answer => answer.Member("mac")));
        Assert.Equal(answers.Length, answers.Select(answer => answer.Member("serialNumber")).Distinct().Count());
    }

    /// <summary>JSON behind blanks that trickle for as long as the test wants, fast enough for the server's patience.</summary>
    private sealed class SlowContent : HttpContent
    {
        private static readonly byte[] Blanks = [.. Enumerable.Repeat((byte)' ', 128)];

        private readonly byte[] _json;
        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _finish = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public SlowContent(byte[] json)
        {
            _json = json;
            Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        public Task Begun => _begun.Task;

        public void Finish() => _finish.TrySetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            while (!_finish.Task.IsCompleted)
            {
                await stream.WriteAsync(Blanks);
                await stream.FlushAsync();
                _begun.TrySetResult();
                await Task.WhenAny(_finish.Task, Task.Delay(TimeSpan.FromMilliseconds(200)));
            }

            await stream.WriteAsync(_json);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}

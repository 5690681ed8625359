using System.Diagnostics;
using System.Net;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Providers;
using SigningAuthority.Issuance.Policy;
using Xunit;

namespace SigningAuthority.IntegrationTests.Limits;

/// <summary>Limits of tokens and tenants, kept by two front doors of one database together.</summary>
public sealed class LimitTests(LimitedAuthority limited) : IClassFixture<LimitedAuthority>
{
    private readonly RunningAuthority _authority = limited.Authority;

    [Fact]
    public async Task Two_front_doors_let_exactly_as_many_submissions_in_as_the_tenant_may()
    {
        var token = await limited.NewTenantAsync("busy");
        var colleague = await _authority.CreateTokenAsync("provider", "busy-second", "busy");
        HttpClient[] doors = [_authority.Client(token), limited.Second.Client(token), limited.Second.Client(colleague)];

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 3 * LimitedAuthority.Submissions).Select(call => SubmitNonsenseAsync(doors[call % doors.Length]))
        );

        Assert.Equal(LimitedAuthority.Submissions, answers.Count(answer => answer.Status == HttpStatusCode.UnprocessableEntity));
        var refused = answers.Where(answer => answer.Status != HttpStatusCode.UnprocessableEntity).ToList();
        Assert.Equal(2 * LimitedAuthority.Submissions, refused.Count);
        foreach (var answer in refused)
            IsLimited(answer, LimitNames.SubmissionsPerHour, LimitedAuthority.Submissions, 3600);

        // Another tenant is not affected; nor are this one's other calls.
        Assert.Equal(
            HttpStatusCode.UnprocessableEntity,
            (await SubmitNonsenseAsync(limited.Second.Client(_authority.OtherTelcoToken))).Status
        );
        Assert.Equal(HttpStatusCode.OK, (await doors[0].AskAsync(ProviderDesk.Path)).Status);

        // A flood leaves one entry.
        var entries = await new IssuanceLogReader(_authority).AwaitAsync("type=rate.limited&actor=provider/busy", 1);
        await SubmitNonsenseAsync(doors[0]);
        await _authority.VerifyLogAsync();
        entries = await new IssuanceLogReader(_authority).PageAsync("type=rate.limited&actor=provider/busy");
        var entry = Assert.Single(entries).GetProperty("entry");
        Assert.Equal(LimitNames.SubmissionsPerHour, entry.GetProperty("limit").GetString());
        Assert.Equal("/api/v1/provider/requests/", entry.GetProperty("path").GetString()!.TrimEnd('/') + "/");
    }

    [Fact]
    public async Task After_the_time_that_was_told_there_is_room_again_and_not_before()
    {
        var client = _authority.Client(await limited.NewTenantAsync("patient"));
        var path = $"{ProviderDesk.Path}/{Guid.NewGuid()}/kit.zip";
        for (var call = 0; call < LimitedAuthority.Downloads; call++)
            Assert.Equal(HttpStatusCode.NotFound, (await client.AskAsync(path)).Status);

        var refused = await client.AskAsync(path);
        var clock = Stopwatch.StartNew();
        var wait = IsLimited(refused, LimitNames.DownloadsPerHour, LimitedAuthority.Downloads, LimitedAuthority.DownloadSeconds);

        await Eventually.TrueAsync(async () => (await client.AskAsync(path)).Status == HttpStatusCode.NotFound, "a new window");
        Assert.InRange(clock.Elapsed.TotalSeconds, wait - 1, wait + 20);
    }

    [Fact]
    public async Task Unfinished_requests_are_counted_exactly_and_a_repetition_is_answered_all_the_same()
    {
        await _authority.StopSignerAsync();
        var token = await limited.NewTenantAsync("waiting");
        var made = await MadeRequest.MakeAsync(_authority.Scratch, "pv.waiting.example.info");
        ProviderDesk[] desks = [new(_authority.Client(token)), new(limited.Second.Client(token))];

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 24).Select(call => desks[call % 2].UploadAsync(made.Pem, idempotencyKey: $"call-{call}"))
        );

        var accepted = answers
            .Select((answer, call) => (answer, call))
            .Where(each => each.answer.Status == HttpStatusCode.Accepted)
            .ToList();
        Assert.Equal(LimitedAuthority.Unfinished, accepted.Count);
        foreach (var answer in answers.Where(answer => answer.Status != HttpStatusCode.Accepted))
            IsLimited(answer, LimitNames.UnfinishedRequests, LimitedAuthority.Unfinished, 60);
        var again = await desks[0].UploadAsync(made.Pem, idempotencyKey: $"call-{accepted[0].call}");
        Assert.Equal(accepted[0].answer.Member("id"), again.Member("id"));

        await _authority.StartSignerAsync();
        foreach (var (answer, _) in accepted)
            await desks[0].WaitAsync(answer.Member("id"));
        Assert.Equal(HttpStatusCode.Accepted, (await desks[1].UploadAsync(made.Pem)).Status);
    }

    [Fact]
    public async Task Certificates_are_counted_not_requests_and_an_operator_can_allow_more()
    {
        var token = await limited.NewTenantAsync("many");
        var made = await MadeRequest.MakeAsync(_authority.Scratch, "pv.many.example.info");
        var desk = new ProviderDesk(_authority.Client(token));
        string[] twoGenerations = ["SPA962", "SPA504G"];
        for (var held = 2; held <= LimitedAuthority.Certificates; held += 2)
            await desk.WaitAsync((await desk.UploadAsync(made.Pem, twoGenerations)).Member("id"));

        var refused = await desk.UploadAsync(made.Pem, twoGenerations);
        Assert.InRange(IsLimited(refused, LimitNames.CertificatesPerDay, LimitedAuthority.Certificates, 86_400), 86_000, 86_400);
        Assert.Equal(HttpStatusCode.Accepted, (await desk.UploadAsync(made.Pem)).Status);

        await _authority.OperatorAsync("limit", "set", "many", "--limit", LimitNames.CertificatesPerDay, "--value", "100");
        Assert.Contains($"many {LimitNames.CertificatesPerDay} 100", await _authority.OperatorAsync("limit", "list"));
        Assert.Equal(HttpStatusCode.Accepted, (await desk.UploadAsync(made.Pem, twoGenerations)).Status);
        await _authority.OperatorAsync("limit", "clear", "many", "--limit", LimitNames.CertificatesPerDay);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await desk.UploadAsync(made.Pem)).Status);
        Assert.Equal(2, (await new IssuanceLogReader(_authority).AwaitAsync("type=limit.set&subject=many", 2)).Count);
        var wrong = await _authority.RunSignerVerbAsync(
            "sa_operator",
            "operator",
            "limit",
            "set",
            "many",
            "--limit",
            "no-such",
            "--value",
            "1"
        );
        Assert.Equal(1, wrong.ExitCode);
    }

    [Fact]
    public async Task A_token_without_tenant_has_a_limit_of_its_own()
    {
        var client = _authority.Client(await _authority.CreateTokenAsync("operator", "runs-wild"));
        var answers = await Task.WhenAll(
            Enumerable.Range(0, LimitedAuthority.StaffCalls + 10).Select(_ => client.AskAsync("api/v1/operator/queue"))
        );

        Assert.Equal(LimitedAuthority.StaffCalls, answers.Count(answer => answer.Status == HttpStatusCode.OK));
        Assert.Equal(10, answers.Count(answer => answer.Status == HttpStatusCode.TooManyRequests));
        Assert.Equal(HttpStatusCode.OK, (await _authority.Client(_authority.OperatorToken).AskAsync("api/v1/operator/queue")).Status);
    }

    private static Task<Answer> SubmitNonsenseAsync(HttpClient client) =>
        client.AskAsync(HttpMethod.Post, ProviderDesk.Path + "?device=SPA962", new StringContent("nonsense"));

    /// <returns>Seconds of Retry-After.</returns>
    private static int IsLimited(Answer answer, string limit, int allowed, int window)
    {
        ProblemAssert.Is(answer, HttpStatusCode.TooManyRequests, "rate-limited");
        Assert.Equal(limit, answer.Member("limit"));
        Assert.Equal(allowed, answer.Json.GetProperty("allowed").GetInt32());
        Assert.Equal(window, answer.Json.GetProperty("window").GetInt32());
        Assert.InRange(answer.RetryAfter ?? 0, 1, window);
        return answer.RetryAfter!.Value;
    }
}

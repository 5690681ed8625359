using System.Net;
using SigningAuthority.IntegrationTests.Fixtures;
using Xunit;

namespace SigningAuthority.IntegrationTests.Providers;

[Collection(ProviderFlows.Name)]
public sealed class IdempotencyTests(RunningAuthority authority) : IClassFixture<SoundLog>
{
    private readonly ProviderDesk _desk = new(authority.Client(authority.TelcoToken));

    [Fact]
    public async Task The_same_request_32_times_at_once_is_one_request_with_one_set_of_certificates()
    {
        var made = await MadeRequest.MakeAsync(authority.Scratch, "prov.example.com");
        var from = IssuanceLogReader.FromNow();

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 32).Select(_ => _desk.UploadAsync(made.Pem, ["SPA962", "SPA504G"], idempotencyKey: "order-4711"))
        );

        Assert.All(answers, answer => Assert.True(answer.Status is HttpStatusCode.Accepted or HttpStatusCode.OK, answer.ToString()));
        var id = Assert.Single(answers.Select(answer => answer.Member("id")).Distinct());
        Assert.Equal(2, (await _desk.WaitAsync(id)).Json.GetProperty("certificates").GetArrayLength());
        var log = new IssuanceLogReader(authority);
        var entries = await log.AwaitAsync($"requestId={id}", 5);
        Assert.Equal(
            ["certificate.intended", "certificate.intended", "certificate.issued", "certificate.issued", "request.submitted"],
            entries.Select(entry => entry.GetProperty("type").GetString()!).Order()
        );
        Assert.Single(await log.AwaitAsync($"type=request.submitted&actor=provider%2Ftelco&{from}", 1));
    }

    [Fact]
    public async Task A_repeated_key_gives_the_first_request_even_when_it_is_long_finished()
    {
        var made = await MadeRequest.MakeAsync(authority.Scratch, "prov.example.com");
        var first = await _desk.UploadAsync(made.Pem, idempotencyKey: "order-4712");
        await _desk.WaitAsync(first.Member("id"));

        var again = await _desk.UploadAsync(made.Pem, idempotencyKey: "order-4712");

        Assert.Equal(HttpStatusCode.OK, again.Status);
        Assert.Equal(first.Member("id"), again.Member("id"));
    }

    [Fact]
    public async Task A_key_that_named_another_body_or_other_devices_is_refused()
    {
        var (one, other) = (
            await MadeRequest.MakeAsync(authority.Scratch, "prov.example.com"),
            await MadeRequest.MakeAsync(authority.Scratch, "prov.example.com")
        );
        Assert.Equal(HttpStatusCode.Accepted, (await _desk.UploadAsync(one.Pem, idempotencyKey: "order-4713")).Status);

        ProblemAssert.Breaks(
            await _desk.UploadAsync(other.Pem, idempotencyKey: "order-4713"),
            HttpStatusCode.UnprocessableEntity,
            "idempotency-key-reused"
        );
        ProblemAssert.Breaks(
            await _desk.UploadAsync(one.Pem, ["SPA504G"], idempotencyKey: "order-4713"),
            HttpStatusCode.UnprocessableEntity,
            "idempotency-key-reused"
        );
    }

    [Fact]
    public async Task Another_tenant_may_use_the_same_key()
    {
        var other = new ProviderDesk(authority.Client(authority.OtherTelcoToken));
        var (ours, theirs) = (
            await MadeRequest.MakeAsync(authority.Scratch, "prov.example.com"),
            await MadeRequest.MakeAsync(authority.Scratch, "prov.example.org")
        );

        var first = await _desk.UploadAsync(ours.Pem, idempotencyKey: "order-4714");
        var second = await other.UploadAsync(theirs.Pem, idempotencyKey: "order-4714");

        Assert.Equal(HttpStatusCode.Accepted, second.Status);
        Assert.NotEqual(first.Member("id"), second.Member("id"));
    }
}

using System.Text.Json;
using SigningAuthority.IntegrationTests.Fixtures;
using Xunit;

namespace SigningAuthority.IntegrationTests.Stations;

/// <summary>A batch that broke off is sent again whole: what was done comes back in the same bytes, the rest is done.</summary>
[Collection(FactoryFlows.Name)]
public sealed class ResumedBatchTests(RunningAuthority authority) : IClassFixture<SoundLog>
{
    private const int Lines = 80;
    private const int Read = 10;
    private readonly HttpClient _client = authority.StationClient();

    [Fact]
    public async Task After_its_connection_was_cut_a_batch_gets_the_same_bytes_for_what_was_done()
    {
        var lines = Make();
        IReadOnlyList<string> before;
        using (var cut = await BatchStream.OpenAsync(_client, new SentLines(lines)))
            before = await cut.ReadAsync(Read);

        await RequireResumedAsync(lines, before);
    }

    [Fact]
    public async Task After_its_front_door_was_killed_a_batch_gets_the_same_bytes_from_another()
    {
        var lines = Make();
        IReadOnlyList<string> before;
        await using (var other = await FurtherApi.StartAsync(authority, Repository.CaConfig))
        {
            using var killed = await BatchStream.OpenAsync(other.StationClient(), new SentLines(lines));
            before = await killed.ReadAsync(Read);
            await other.KillAsync();
        }

        await RequireResumedAsync(lines, before);
    }

    private static string[] Make() =>
        [.. Enumerable.Range(0, Lines).Select(_ => JsonSerializer.Serialize(FactoryDevice.MakeQuickly().Submission))];

    private async Task RequireResumedAsync(string[] lines, IReadOnlyList<string> before)
    {
        using var again = await BatchStream.OpenAsync(_client, new SentLines(lines));
        var whole = await again.ReadAsync();
        using var third = await BatchStream.OpenAsync(_client, new SentLines(lines));

        Assert.Equal(Read, before.Count);
        Assert.Equal(Lines, whole.Count);
        Assert.All(whole, line => Assert.Equal("Issued", JsonSerializer.Deserialize<JsonElement>(line).GetProperty("status").GetString()));
        Assert.Empty(before.Except(whole));
        Assert.Equal(whole.Order(StringComparer.Ordinal), (await third.ReadAsync()).Order(StringComparer.Ordinal));
        Assert.Equal(
            Lines,
            whole.Select(line => JsonSerializer.Deserialize<JsonElement>(line).GetProperty("sha256").GetString()).Distinct().Count()
        );
    }
}

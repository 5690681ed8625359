using SigningAuthority.Storage.Requests;
using Xunit;

namespace SigningAuthority.IntegrationTests.Storage;

public sealed class RequestHistoryTests
{
    [Fact]
    public async Task Pages_go_back_in_time_without_gaps_and_doubles_and_end_where_they_are_told()
    {
        var scenario = await StorageScenario.CreateAsync();
        var requests = Enumerable.Range(0, 7).Select(_ => StorageScenario.Device()).ToArray();
        await scenario.SubmitAsync(requests);
        var newestFirst = requests.Select(request => request.Id).OrderByDescending(id => id.Value).ToList();

        Assert.Equal([3, 3, 1], (await ReadAsync(scenario, null, long.MaxValue)).Select(page => page.Count));
        Assert.Equal(newestFirst, (await ReadAsync(scenario, null, long.MaxValue)).SelectMany(page => page).Select(request => request.Id));
        Assert.Equal(newestFirst[..5], (await ReadAsync(scenario, null, 5)).SelectMany(page => page).Select(request => request.Id));
        Assert.Equal(7, (await ReadAsync(scenario, DateTimeOffset.UtcNow.AddDays(-1), 100)).Sum(page => page.Count));
        Assert.Empty(await ReadAsync(scenario, DateTimeOffset.UtcNow.AddDays(1), 100));
        await scenario.VerifyAsync();
    }

    private static async Task<IReadOnlyList<IReadOnlyList<SigningRequestRecord>>> ReadAsync(
        StorageScenario scenario,
        DateTimeOffset? since,
        long last
    )
    {
        var pages = new List<IReadOnlyList<SigningRequestRecord>>();
        await foreach (var page in new RequestHistory(scenario.Auditor).PagesAsync(since, last, pageSize: 3))
            pages.Add(page);
        return pages;
    }
}

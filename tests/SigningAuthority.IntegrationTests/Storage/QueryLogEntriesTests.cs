using SigningAuthority.Issuance.Requests;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.IssuanceLog;
using Xunit;

namespace SigningAuthority.IntegrationTests.Storage;

public sealed class QueryLogEntriesTests
{
    // The noon before last: no entry may be of a time to come.
    private static readonly DateTimeOffset Noon = new DateTimeOffset(DateTime.UtcNow.Date, TimeSpan.Zero).AddHours(-36);

    [Fact]
    public async Task Each_filter_finds_its_entries_and_together_they_narrow()
    {
        var scenario = await StorageScenario.CreateAsync();
        var device = StorageScenario.Device();
        var server = StorageScenario.Server(Guid.NewGuid());
        await scenario.SubmitAsync(device, StorageScenario.Device(), server);
        await StorageScenario.IssueAsync(scenario.Queue(), Lane.Provider);
        await scenario.VerifyAsync();
        var issued = (await PageAsync(scenario, new LogQuery { Type = CertificateIssued.TypeName }))[0];

        Assert.Equal(7, (await PageAsync(scenario, new LogQuery())).Count);
        Assert.Equal(3, (await PageAsync(scenario, new LogQuery { Type = RequestSubmitted.TypeName })).Count);
        Assert.Equal(4, (await PageAsync(scenario, new LogQuery { Actor = "signer/test" })).Count);
        Assert.Equal(server.Id.Value, Assert.Single(await PageAsync(scenario, new LogQuery { Subject = "pv.telco.net" })).RequestId);
        Assert.Equal(5, (await PageAsync(scenario, new LogQuery { RequestId = server.Id.Value })).Count);
        Assert.Equal("sa_api", Assert.Single(await PageAsync(scenario, new LogQuery { Mac = device.Mac })).WrittenBy);
        Assert.Equal(device.Serial, Assert.Single(await PageAsync(scenario, new LogQuery { Serial = device.Serial })).Serial);
        Assert.Equal(issued.Index, Assert.Single(await PageAsync(scenario, new LogQuery { Fingerprint = issued.Fingerprint })).Index);
        Assert.Empty(await PageAsync(scenario, new LogQuery { Mac = device.Mac, Type = CertificateIssued.TypeName }));
        // Exact, never a pattern.
        Assert.Empty(await PageAsync(scenario, new LogQuery { Subject = "%" }));
    }

    [Fact]
    public async Task Pages_follow_one_another_without_gap_or_overlap()
    {
        var scenario = await StorageScenario.CreateAsync();
        await new AppendLogEntries(scenario.Api).AppendAsync([.. Enumerable.Range(0, 25).Select(i => At(Noon.AddSeconds(i)))]);
        await scenario.VerifyAsync();

        var indexes = new List<long>();
        for (
            long after = -1;
            await PageAsync(scenario, new LogQuery { After = after, Limit = 10 }) is [.., var last] page;
            after = last.Index
        )
            indexes.AddRange(page.Select(entry => entry.Index));

        Assert.Equal(Enumerable.Range(0, 25).Select(i => (long)i), indexes);
        await Assert.ThrowsAsync<ArgumentException>(() => PageAsync(scenario, new LogQuery { Limit = 0 }));
    }

    [Fact]
    public async Task A_span_of_time_is_found_though_the_writers_clocks_disagree()
    {
        var scenario = await StorageScenario.CreateAsync();
        // Minutes after noon, in the order of the log: some are late by up to five minutes.
        int[] minutes = [0, 30, 28, 60, 55, 61, 59, 90, 89, 120];
        foreach (var minute in minutes)
            await new AppendLogEntries(scenario.Api).AppendAsync([At(Noon.AddMinutes(minute))]);
        await scenario.VerifyAsync();

        Assert.Equal([60, 55, 59], await FindAsync(Noon.AddMinutes(55), Noon.AddMinutes(61)));
        Assert.Equal([90, 89, 120], await FindAsync(Noon.AddMinutes(62), null));
        Assert.Equal([0, 30, 28], await FindAsync(null, Noon.AddMinutes(31)));
        Assert.Empty(await FindAsync(Noon.AddDays(1), null));

        async Task<IEnumerable<int>> FindAsync(DateTimeOffset? from, DateTimeOffset? to) =>
            (await PageAsync(scenario, new LogQuery { From = from, To = to })).Select(entry => (int)(entry.At - Noon).TotalMinutes);
    }

    private static Task<IReadOnlyList<LoggedEntry>> PageAsync(StorageScenario scenario, LogQuery query) =>
        new QueryLogEntries(scenario.Auditor).PageAsync(query);

    private static RootsDownloaded At(DateTimeOffset at) =>
        new()
        {
            At = at,
            Actor = "anonymous",
            Name = "spacroot",
            Format = "pem",
        };
}

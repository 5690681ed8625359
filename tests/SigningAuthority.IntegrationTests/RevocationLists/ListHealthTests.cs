using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Signer.Health;
using SigningAuthority.Signer.Lanes;
using SigningAuthority.Storage.RevocationLists;
using Xunit;

namespace SigningAuthority.IntegrationTests.RevocationLists;

public sealed class ListHealthTests
{
    [Fact]
    public async Task The_alarm_is_raised_when_half_of_the_overlap_is_gone_and_not_before()
    {
        using var scenario = await ListScenario.CreateAsync();
        await scenario.RunAsync();
        using var logger = new RaisedAlarms();
        using var health = new RevocationListHealth(
            new IssuedRevocationLists(scenario.Storage.Signer),
            AuthorityConfiguration.Load(Repository.CaConfig),
            SignerSettings.From(new ConfigurationBuilder().AddInMemoryCollection([new("Database:Connection", "-")]).Build()),
            new RetiredKeys(NullLogger<RetiredKeys>.Instance),
            scenario.Time,
            logger
        );
        // Of eight days, with seven of overlap.
        scenario.Time.Advance(TimeSpan.FromDays(4));
        Assert.All(await health.ReadAsync(default), list => Assert.False(health.IsLate(list)));
        scenario.Time.Advance(TimeSpan.FromDays(1));
        Assert.All(await health.ReadAsync(default), list => Assert.True(health.IsLate(list)));

        await health.StartAsync(default);
        await Eventually.TrueAsync(() => Task.FromResult(logger.Lines.Count == 2), "both lists' alarms");
        await health.StopAsync(default);

        Assert.All(logger.Lines, line => Assert.Contains("revocation list of client", line));
        Assert.All(logger.Lines, line => Assert.StartsWith(nameof(LogLevel.Critical), line));
    }

    private sealed class RaisedAlarms : ILogger<RevocationListHealth>, IDisposable
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => Lines.Add($"{logLevel}: {formatter(state, exception)}");

        public void Dispose() { }
    }
}

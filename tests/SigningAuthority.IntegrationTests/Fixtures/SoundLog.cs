using SigningAuthority.IntegrationTests.Verifiers;
using Xunit;

namespace SigningAuthority.IntegrationTests.Fixtures;

/// <summary>
/// Verifies the whole log again after each class of flows, with the command that operators use, and reads every device's subject that was
/// issued until then as providers' software does.
/// </summary>
public sealed class SoundLog(RunningAuthority authority) : IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await authority.VerifyLogAsync();
        Assert.Empty(await IssuedSubjects.FindMisreadAsync(authority.Postgres.Connect(PostgresCluster.Superuser, authority.Database)));
    }
}

using Xunit;

namespace SigningAuthority.IntegrationTests.Fixtures;

/// <summary>Verifies the whole log again after each class of flows, with the command that operators use.</summary>
public sealed class SoundLog(RunningAuthority authority) : IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => authority.VerifyLogAsync();
}

namespace SigningAuthority.IntegrationTests.RevocationLists;

/// <summary>A clock that stands until it is moved; what waits by it waits by the true one.</summary>
internal sealed class SettableTime(DateTimeOffset begin) : TimeProvider
{
    private DateTimeOffset _now = begin;

    public void Advance(TimeSpan by) => _now += by;

    public override DateTimeOffset GetUtcNow() => _now;
}

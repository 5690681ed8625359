using Npgsql;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Signer.Lanes;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Signer.Replay;

/// <summary>Decides past requests as the key room would decide them under one configuration, on the facts of today.</summary>
internal sealed class DecideUnder(AuthorityConfiguration configuration, NpgsqlDataSource database) : IAsyncDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection()
        .AddSingleton(database)
        .AddSingleton(configuration)
        .AddSingleton(TimeProvider.System)
        .AddSingleton<Issuance.Keys.IKeyStore, NoKeys>()
        .AddLogging()
        .AddDeciding()
        .BuildServiceProvider();

    public AuthorityConfiguration Configuration => configuration;

    /// <returns>In the order of the requests.</returns>
    public async Task<IReadOnlyList<Verdict>> RunAsync(IReadOnlyList<SigningRequestRecord> requests, CancellationToken cancellation)
    {
        await _services.GetRequiredService<LaneAuthorities>().RefreshAsync(cancellation);
        var decided = await _services
            .GetRequiredService<DecideAtTheKey>()
            .TryAsync([.. requests.Select(request => new ClaimedRequest(AsIfNew(request), [], []))], cancellation);
        return [.. decided.Select(request => Verdict.Of(request.Decision, configuration))];
    }

    /// <summary>Nothing was promised to it yet, and whether its station is still enrolled is no question of policy.</summary>
    private SigningRequestRecord AsIfNew(SigningRequestRecord request)
    {
        var policy = _services.GetRequiredService<IssuancePolicy>();
        var authorities =
            request.Kind == RequestKind.Device
                ? policy.AuthoritiesOfProduct(request.Product, _services.GetRequiredService<LaneAuthorities>().Available)
                : policy.AuthoritiesOfServer(request.Devices);
        return request with { StationId = null, Authorities = [.. authorities] };
    }

    // Its parts belong to it, but for the data source, which a provider does not dispose when it was given an instance.
    public ValueTask DisposeAsync() => _services.DisposeAsync();
}

using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.Access;
using SigningAuthority.Storage.Certificates;
using SigningAuthority.Storage.Requests;
using Xunit;

namespace SigningAuthority.IntegrationTests.Storage;

// Inside the namespace: the folders of the same names are namespaces, and would be found first.
using Providers = SigningAuthority.Storage.Access.Providers;
using Stations = SigningAuthority.Storage.Access.Stations;

public sealed class AccessTests
{
    [Fact]
    public async Task A_token_works_until_it_is_revoked_and_is_stored_as_a_hash_only()
    {
        var scenario = await StorageScenario.CreateAsync();
        var telco = await new Providers(scenario.Operator).AddAsync("telco", "operator/test");
        var tokens = new Tokens(scenario.Operator);
        var (row, token) = await tokens.CreateAsync(TokenRole.Provider, telco, "telco's portal", TimeSpan.FromDays(90), "operator/test");
        var atTheDoor = new Tokens(scenario.Api);

        Assert.Matches("^sa_[A-Za-z0-9_-]{43}$", token);
        var presented = await atTheDoor.FindAsync(token);
        Assert.Equal(
            (row.Id, telco.Id, "telco", TokenRole.Provider),
            (presented!.Token.Id, presented.Token.ProviderId, presented.ProviderName, presented.Token.Role)
        );
        Assert.Null(await atTheDoor.FindAsync(token + "x"));
        Assert.Null(await atTheDoor.FindAsync(token.ToLowerInvariant() + "A"));

        Assert.True(await tokens.RevokeAsync(row.Id, "operator/test"));
        Assert.False(await tokens.RevokeAsync(row.Id, "operator/test"));
        Assert.Null(await atTheDoor.FindAsync(token));
        Assert.Single(await tokens.ListAsync());
        Assert.Equal(3, (await scenario.VerifyAsync()).Leaves);
    }

    [Fact]
    public async Task A_token_expires()
    {
        var scenario = await StorageScenario.CreateAsync();
        var (_, token) = await new Tokens(scenario.Operator).CreateAsync(
            TokenRole.Auditor,
            null,
            "audit",
            TimeSpan.FromDays(1),
            "operator/test"
        );
        Assert.NotNull(await new Tokens(scenario.Api, new Later(TimeSpan.FromHours(23))).FindAsync(token));
        Assert.Null(await new Tokens(scenario.Api, new Later(TimeSpan.FromHours(25))).FindAsync(token));
    }

    [Fact]
    public async Task A_tenant_is_a_providers_token_and_no_one_elses()
    {
        var scenario = await StorageScenario.CreateAsync();
        var tokens = new Tokens(scenario.Operator);
        await Assert.ThrowsAsync<ArgumentException>(() =>
            tokens.CreateAsync(TokenRole.Provider, null, "l", TimeSpan.FromDays(1), "operator/test")
        );
        var telco = await new Providers(scenario.Operator).AddAsync("telco", "operator/test");
        await Assert.ThrowsAsync<ArgumentException>(() =>
            tokens.CreateAsync(TokenRole.Auditor, telco, "l", TimeSpan.FromDays(1), "operator/test")
        );
    }

    [Fact]
    public async Task A_name_has_one_holder_at_a_time()
    {
        var scenario = await StorageScenario.CreateAsync();
        var providers = new Providers(scenario.Operator);
        var telco = await providers.AddAsync("telco", "operator/test");
        var voice = await providers.AddAsync("voice", "operator/test");
        await Assert.ThrowsAsync<AlreadyRegisteredException>(() => providers.AddAsync("telco", "operator/test"));
        var name = Fqdn.Parse("telco.net");
        await providers.AddNameAsync(telco, name, includeSubdomains: true, "operator/test");

        await Assert.ThrowsAsync<AlreadyRegisteredException>(() => providers.AddNameAsync(voice, name, true, "operator/test"));
        Assert.False(await providers.WithdrawNameAsync(voice, name, "operator/test"));
        Assert.Equal("telco.net", Assert.Single(await new Providers(scenario.Api).NamesAsync(telco.Id)).Suffix);
        Assert.True(await providers.WithdrawNameAsync(telco, name, "operator/test"));
        await providers.AddNameAsync(voice, name, includeSubdomains: false, "operator/test");

        var names = await new Providers(scenario.Signer).NamesAsync([telco.Id, voice.Id]);
        Assert.Empty(names[telco.Id]);
        Assert.False(Assert.Single(names[voice.Id]).IncludeSubdomains);
        Assert.Equal(["telco", "voice"], (await providers.ListAsync()).Select(p => p.Name));
        Assert.Equal(5, (await scenario.VerifyAsync()).Leaves);
    }

    [Fact]
    public async Task A_station_is_known_by_its_certificate_until_it_is_revoked()
    {
        var scenario = await StorageScenario.CreateAsync();
        var certificate = await IssueStationAsync(scenario);
        var stations = new Stations(scenario.Operator);
        var station = await stations.EnrolAsync("line-1", certificate, "operator/test");
        var atTheDoor = new Stations(scenario.Api);

        Assert.Equal(station.Id, (await atTheDoor.FindByCertificateAsync(certificate.Sha256))!.Id);
        Assert.Contains(station.Id, await new Stations(scenario.Signer).FindWorkingAsync([station.Id]));
        await Assert.ThrowsAsync<AlreadyRegisteredException>(async () =>
            await stations.EnrolAsync("line-1", await IssueStationAsync(scenario), "operator/test")
        );

        Assert.True(await stations.RevokeAsync("line-1", "operator/test"));
        Assert.False(await stations.RevokeAsync("line-1", "operator/test"));
        Assert.Null(await atTheDoor.FindByCertificateAsync(certificate.Sha256));
        Assert.Empty(await new Stations(scenario.Signer).FindWorkingAsync([station.Id]));
        await stations.EnrolAsync("line-1", await IssueStationAsync(scenario), "operator/test");
        Assert.Equal(2, (await stations.ListAsync()).Count);
        await scenario.VerifyAsync();
    }

    private static async Task<IssuedCertificate> IssueStationAsync(StorageScenario scenario)
    {
        var request = StorageScenario.Device() with
        {
            Kind = RequestKind.Station,
            Mac = null,
            Serial = null,
            Product = null,
            Authorities = ["station"],
        };
        await new SubmitSigningRequests(scenario.Operator).SubmitAsync([(request, StorageScenario.Submitted(request))]);
        await StorageScenario.IssueAsync(scenario.Queue(), Lane.Device);
        return Assert.Single((await new SigningRequestQueries(scenario.Operator).FindAsync(request.Id))!.Certificates);
    }

    private sealed class Later(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
    }
}

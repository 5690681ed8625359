using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.IssuanceLog;
using SigningAuthority.Storage.Requests;
using Xunit;
using Tenants = SigningAuthority.Storage.Access.Providers;

namespace SigningAuthority.IntegrationTests.Storage;

/// <summary>Texts of callers and of auditors are compared: "%", "_" and ".*" stand for themselves in every query.</summary>
public sealed class PatternLookalikeTests
{
    private static readonly string[] Patterns = ["%", "_", ".*", "order-%", "order-_", "order-.", "order-[0-9]", "ORDER-1", "*"];

    [Fact]
    public async Task An_idempotency_key_names_its_own_request_alone()
    {
        var scenario = await StorageScenario.CreateAsync();
        var provider = await new Tenants(scenario.Operator).AddAsync("telco", "operator/test");
        Assert.True((await scenario.SubmitOneAsync(StorageScenario.Server(provider.Id, "order-1"))).Inserted);

        foreach (var pattern in Patterns)
            Assert.True((await scenario.SubmitOneAsync(StorageScenario.Server(provider.Id, pattern))).Inserted, pattern);
        Assert.Equal(
            Conflict.IdempotencyKeyReused,
            (await scenario.SubmitOneAsync(StorageScenario.Server(provider.Id, "order-%"))).Conflict
        );
        await scenario.VerifyAsync();
    }

    [Fact]
    public async Task A_serial_number_or_an_address_keeps_no_other_out()
    {
        var scenario = await StorageScenario.CreateAsync();
        Assert.True((await scenario.SubmitOneAsync(StorageScenario.Device("000E08AAAA01", "FM-1"))).Inserted);
        Assert.True((await scenario.SubmitOneAsync(StorageScenario.Device("000E08AAAA02", "FM%"))).Inserted);
        Assert.True((await scenario.SubmitOneAsync(StorageScenario.Device("000E08AAAA03", "FM_1"))).Inserted);
        Assert.True((await scenario.SubmitOneAsync(StorageScenario.Device("000E08AAAA04", "FM.1"))).Inserted);
        await scenario.VerifyAsync();
    }

    [Theory]
    [InlineData("%")]
    [InlineData("_v.telco.net")]
    [InlineData(".*")]
    [InlineData("pv.telco.%")]
    [InlineData("PV.TELCO.NET")]
    [InlineData("' or '1'='1")]
    public async Task An_auditors_filter_finds_what_is_equal(string pattern)
    {
        var scenario = await StorageScenario.CreateAsync();
        var provider = await new Tenants(scenario.Operator).AddAsync("telco", "operator/test");
        await scenario.SubmitAsync(StorageScenario.Server(provider.Id), StorageScenario.Device());
        await scenario.VerifyAsync();

        var log = new QueryLogEntries(scenario.Auditor);
        Assert.NotEmpty(await log.PageAsync(new LogQuery { Subject = "pv.telco.net" }));
        Assert.Empty(await log.PageAsync(new LogQuery { Subject = pattern }));
        Assert.Empty(await log.PageAsync(new LogQuery { Actor = pattern }));
        Assert.Empty(await log.PageAsync(new LogQuery { Actor = "provider/" + pattern }));
        Assert.Empty(await log.PageAsync(new LogQuery { Serial = pattern }));
        Assert.Empty(await log.PageAsync(new LogQuery { Type = pattern }));
        Assert.Empty(await log.PageAsync(new LogQuery { Mac = pattern }));
    }

    [Fact]
    public async Task A_tenant_is_found_by_its_very_name_and_a_name_is_withdrawn_by_its_own()
    {
        var scenario = await StorageScenario.CreateAsync();
        var providers = new Tenants(scenario.Operator);
        var telco = await providers.AddAsync("telco", "operator/test");
        await providers.AddNameAsync(telco, Fqdn.Parse("prov.telco.net"), includeSubdomains: false, "operator/test");

        foreach (var pattern in (string[])["tel%", "tel_o", "%", "TELCO", "telco%", "tel.o", ".*"])
            Assert.Null(await providers.FindAsync(pattern));
        Assert.False(await providers.WithdrawNameAsync(telco, Fqdn.Parse("prov-telco.net"), "operator/test"));
        Assert.False(await providers.WithdrawNameAsync(telco, Fqdn.Parse("provxtelco.net"), "operator/test"));
        Assert.Single(await providers.NamesAsync(telco.Id));
        await scenario.VerifyAsync();
    }
}

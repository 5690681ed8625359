using System.Net;
using System.Text.Json;
using SigningAuthority.IntegrationTests.Faults;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Providers;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.Names;
using Xunit;

namespace SigningAuthority.IntegrationTests.Names;

/// <summary>What DNS says of a requested name warns and never blocks.</summary>
[Collection(NameFlows.Name)]
public sealed class AddressLookupTests(ProvingGround ground)
{
    private readonly HttpClient _telco = ground.Authority.Client(ground.Authority.TelcoToken);

    [Theory]
    [InlineData("match", "192.0.2.7", "192.0.2.7", null)]
    [InlineData("mismatch", "192.0.2.8", "192.0.2.7", "address-mismatch")]
    [InlineData("not-given", "192.0.2.9", null, null)]
    [InlineData("absent", null, "192.0.2.7", "address-not-found")]
    [InlineData("absent-not-given", null, null, "address-not-found")]
    [InlineData("new-addresses", "192.0.2.9", "2001:db8::7", "address-not-ipv4")]
    public async Task A_request_is_signed_and_its_provider_is_warned(string label, string? inDns, string? given, string? warning)
    {
        var host = $"{label}.lookup.info";
        if (await _telco.NameAsync("lookup.info") is null)
            await ground.ProveAsync(_telco, "lookup.info", subdomains: true);
        if (inDns is not null)
            await ground.Zone.SetAddressAsync(host, inDns);

        var accepted = await _telco.AskAsync(
            HttpMethod.Post,
            $"{ProviderDesk.Path}?device=SPA962{(given is null ? "" : "&address=" + given)}",
            new ByteArrayContent(CertificationRequestBytes.Make("CN=" + host).Der)
        );
        Assert.Equal(HttpStatusCode.Accepted, accepted.Status);
        var id = accepted.Member("id");
        Assert.Equal("Issued", (await new ProviderDesk(_telco).WaitAsync(id)).Member("status"));

        var lookups = new AddressLookups(ground.Authority.Postgres.Connect("sa_operator", ground.Authority.Database));
        AddressLookup? lookup = null;
        await Eventually.TrueAsync(
            async () => (lookup = await lookups.FindAsync(new SigningRequestId(Guid.Parse(id)))) is not null,
            "the name to be looked up"
        );
        Assert.Equal(warning, lookup!.Code);
        Assert.Equal(inDns is null ? [] : [inDns], lookup.Found);
        var shown = (await _telco.AskAsync($"{ProviderDesk.Path}/{id}")).Json;
        if (warning is null)
        {
            Assert.False(shown.TryGetProperty("warnings", out _));
        }
        else
        {
            var only = Assert.Single(shown.GetProperty("warnings").EnumerateArray());
            Assert.Equal(warning, only.GetProperty("code").GetString());
            Assert.Equal(inDns ?? "none", only.GetProperty("actual").GetString());
        }

        var entries = await new IssuanceLogReader(ground.Authority).AwaitAsync($"subject={host}&type={AddressLookedUp.TypeName}", 1);
        Assert.Equal(id, entries[0].GetProperty("entry").GetProperty("requestId").GetString());
    }

    [Fact]
    public void The_front_door_asks_no_name_server() =>
        Assert.DoesNotContain(
            typeof(SigningAuthority.Api.Names.NameRules).Assembly.GetReferencedAssemblies(),
            reference => reference.Name is "SigningAuthority.Resolution" or "System.Net.NameResolution"
        );
}

using System.Net;
using SigningAuthority.IntegrationTests.Faults;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Officers;
using SigningAuthority.IntegrationTests.Providers;
using SigningAuthority.IntegrationTests.Storage;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Storage.Approvals;
using Xunit;

namespace SigningAuthority.IntegrationTests.Names;

/// <summary>What an officer reads of a name that its provider proved, and that DNS was asked about.</summary>
[Collection(NameFlows.Name)]
public sealed class ReviewedNameTests(ProvingGround ground)
{
    [Fact]
    public async Task An_officer_sees_how_the_name_was_proven_and_what_dns_answered()
    {
        var tenant = "reviewed-" + Guid.NewGuid().ToString("N")[..8];
        var client = await ground.NewTenantAsync(tenant);
        var (name, host) = (tenant + ".info", $"prov.{tenant}.info");
        await ground.ProveAsync(client, name, subdomains: true);
        await ground.Zone.SetAddressAsync(host, "192.0.2.8");
        await ground.Authority.OperatorAsync("approval", "set", tenant, "--mode", nameof(ApprovalMode.OneOfficer));
        var alice = await OfficerAtTerminal.RegisterAsync(ground.Authority, "alice");

        var accepted = await client.AskAsync(
            HttpMethod.Post,
            $"{ProviderDesk.Path}?device=SPA962&address=192.0.2.7",
            new ByteArrayContent(CertificationRequestBytes.Make("CN=" + host).Der)
        );
        Assert.Equal(HttpStatusCode.Accepted, accepted.Status);
        var id = accepted.Member("id");

        var desk = ground.Authority.Client(alice.Token);
        Answer? page = null;
        await Eventually.TrueAsync(
            async () => (page = await desk.AskAsync($"{Officer.Path}/{id}")).Json.TryGetProperty("addressLookup", out _),
            "the name to be looked up"
        );
        var lookup = page!.Json.GetProperty("addressLookup");
        Assert.Equal(
            ("192.0.2.7", "192.0.2.8", "address-mismatch"),
            (
                Assert.Single(lookup.GetProperty("expected").EnumerateArray()).GetString(),
                Assert.Single(lookup.GetProperty("found").EnumerateArray()).GetString(),
                lookup.GetProperty("code").GetString()
            )
        );
        var cover = page.Json.GetProperty("coveredBy");
        Assert.Equal(
            (name, "proven", "dns"),
            (cover.GetProperty("suffix").GetString(), cover.GetProperty("source").GetString(), cover.GetProperty("method").GetString())
        );
        var held = (await client.NameAsync(name))!.Value;
        Assert.Equal(held.GetProperty("provenAt").GetString(), cover.GetProperty("provenAt").GetString());
        Assert.Equal(held.GetProperty("validUntil").GetString(), cover.GetProperty("validUntil").GetString());

        var seen = await alice.SeeAsync("show", id);
        Assert.Contains("192.0.2.8", seen);
        Assert.Contains("address-mismatch", seen);
        Assert.Contains("proven by dns", seen);

        // A proof that has aged out covers nothing, and the page no longer says that it does.
        await ground.Everything.ExecuteAsync(
            $"update sa.provider_name set valid_until = now() - interval '1 second' where suffix = '{name}'"
        );
        Assert.False((await desk.AskAsync($"{Officer.Path}/{id}")).Json.TryGetProperty("coveredBy", out _));
    }
}

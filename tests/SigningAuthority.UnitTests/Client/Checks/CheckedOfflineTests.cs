using SigningAuthority.Client.Checks;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.UnitTests.Issuance;
using SigningAuthority.UnitTests.Issuance.Configuration;
using SigningAuthority.UnitTests.Issuance.Requests;
using Xunit;

namespace SigningAuthority.UnitTests.Client.Checks;

public sealed class CheckedOfflineTests
{
    [Fact]
    public void The_configuration_inside_signctl_is_the_shipped_one() =>
        Assert.Equal(ShippedPolicy.Configuration.Hash, ShippedConfiguration.Load(null).Hash);

    [Fact]
    public void A_folder_is_judged_by_instead_and_its_defects_are_the_users()
    {
        using var folder = new ConfigurationFolder();
        Assert.Equal(ShippedPolicy.Configuration.Hash, ShippedConfiguration.Load(folder.Path).Hash);
        folder.Replace("policies/policy.json", "\"exponent\": 65537", "\"exponent\": 3");
        Assert.Contains("policies/policy.json", Assert.Throws<InvalidInputException>(() => ShippedConfiguration.Load(folder.Path)).Message);
    }

    [Fact]
    public void Without_names_the_requests_own_is_taken_for_registered_and_said_to_be_unknown()
    {
        var unknown = Run(new RequestBuilder().WithCommonName("prov.nowhere.example"));
        var known = Run(new RequestBuilder().WithCommonName("prov.nowhere.example"), Fqdn.Parse("telco.net"));
        Assert.True(unknown.Accepted);
        Assert.Equal(["name-not-registered"], known.Violations.Select(violation => violation.Code));
        Assert.Equal(known.NotKnownOffline.Count + 1, unknown.NotKnownOffline.Count);
    }

    [Fact]
    public void The_generations_of_an_accepted_request_are_told() => Assert.Equal(["sipura"], Run(new RequestBuilder()).Generations);

    private static CheckedOffline Run(RequestBuilder request, params Fqdn[] names) =>
        CheckedOffline.Run(ShippedPolicy.Configuration, request.ToDer(), ["SPA962"], names, DateTimeOffset.UtcNow);
}

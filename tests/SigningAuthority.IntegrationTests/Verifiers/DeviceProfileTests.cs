using System.Security.Cryptography;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Stations;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Requests;
using Xunit;

namespace SigningAuthority.IntegrationTests.Verifiers;

/// <summary>What a device may look like: each profile's subject, extensions and end, judged by everybody who judges.</summary>
[Collection(FactoryFlows.Name)]
public sealed class DeviceProfileTests(RunningAuthority authority) : IClassFixture<SoundLog>
{
    private static readonly Use AsClient = new(IsServer: false);

    public static TheoryData<string> Profiles =>
        [
            .. AuthorityConfiguration
                .Load(Repository.CaConfig)
                .Profiles.Where(profile => profile.For == RequestKind.Device)
                .Select(profile => profile.Id),
        ];

    [Theory]
    [MemberData(nameof(Profiles))]
    public async Task A_device_of_each_profile_is_accepted_under_the_client_root_and_nowhere_else(string profile)
    {
        var order = await new OrderDesk(authority).MakeAsync(OrderDesk.Wide(1) with { Profile = profile });
        var answer = await new StationDesk(authority.StationClient()).SubmitAsync(OrderDesk.Draw(OrderDesk.Unit(), order));

        await JudgeAsync(profile, answer.Member("certificate"));
    }

    [Fact]
    public async Task So_is_a_device_that_does_not_exist()
    {
        var (certificate, key) = (Path.Combine(authority.Scratch, "judged.crt"), Path.Combine(authority.Scratch, "judged.key"));
        await authority.OperatorAsync(
            "test-device",
            "--mac",
            "000E08FFFFA0",
            "--product",
            "SPA962",
            "--out-certificate",
            certificate,
            "--out-key",
            key
        );

        await JudgeAsync("test-device", await File.ReadAllTextAsync(certificate));
    }

    private async Task JudgeAsync(string profile, string pem)
    {
        var (leaf, altered) = (Written(profile + ".pem", pem), Written(profile + ".altered.pem", Altered(pem)));
        var client = Written("client.root.pem", await authority.RootPemAsync("client"));
        var other = Written("station.root.pem", await authority.RootPemAsync("station"));
        foreach (var (name, verifier) in Verifier.All)
        {
            Assert.True(await verifier.FindFaultAsync(leaf, client, AsClient) is var fault && fault is null, $"{name}: {fault}");
            Assert.True(await verifier.FindFaultAsync(leaf, other, AsClient) is not null, $"{name} takes it under another root.");
            Assert.True(await verifier.FindFaultAsync(leaf, client, new Use(IsServer: true)) is not null, $"{name} takes it for a server.");
            Assert.True(await verifier.FindFaultAsync(altered, client, AsClient) is not null, $"{name} takes one with a bit changed.");
        }
    }

    /// <summary>One bit of the signature.</summary>
    private static string Altered(string pem)
    {
        var der = Convert.FromBase64String(pem[PemEncoding.Find(pem).Base64Data]);
        der[^1] ^= 0x01;
        return PemEncoding.WriteString("CERTIFICATE", der) + "\n";
    }

    private string Written(string name, string text)
    {
        var file = Path.Combine(authority.Scratch, "judged." + name);
        File.WriteAllText(file, text);
        return file;
    }
}

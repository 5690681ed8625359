using System.Net;
using System.Security.Cryptography.X509Certificates;
using Npgsql;
using SigningAuthority.IntegrationTests.Fixtures;
using Xunit;

namespace SigningAuthority.IntegrationTests.Stations;

/// <summary>Devices that do not exist: an operator has them certified, nobody else can, and no unit gets their addresses.</summary>
[Collection(FactoryFlows.Name)]
public sealed class TestDeviceTests(RunningAuthority authority) : IClassFixture<SoundLog>
{
    [Fact]
    public async Task An_operator_has_a_test_device_certified_by_the_client_root_for_a_short_time()
    {
        var (certificate, key) = (Path.Combine(authority.Scratch, "test.crt"), Path.Combine(authority.Scratch, "test.key"));

        await MakeAsync("000E08FFFF01", certificate, key);

        using var issued = X509Certificate2.CreateFromPemFile(certificate, key);
        Assert.Contains("CN=000E08FFFF01", issued.Subject);
        Assert.Equal((await authority.RootPemAsync("client")).Trim(), (await RootOfAsync(issued)).Trim());
        Assert.InRange(issued.NotAfter - issued.NotBefore, TimeSpan.FromDays(89), TimeSpan.FromDays(90));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key));
        var entries = await new IssuanceLogReader(authority).AwaitAsync("mac=000E08FFFF01", 3);
        Assert.Equal(
            ["certificate.intended", "certificate.issued", "request.submitted"],
            entries.Select(entry => entry.GetProperty("type").GetString()!).Take(3).Order()
        );

        var csr = Path.Combine(authority.Scratch, "test-device-key.csr");
        await OpenSsl.RunAsync("req", "-new", "-key", key, "-sha256", "-subj", "/CN=prov.telco.net", "-out", csr);
        ProblemAssert.Breaks(
            await new Providers.ProviderDesk(authority.Client(authority.TelcoToken)).UploadAsync(await File.ReadAllBytesAsync(csr)),
            System.Net.HttpStatusCode.UnprocessableEntity,
            "key-of-device"
        );
    }

    [Fact]
    public async Task No_test_device_is_certified_outside_of_the_range()
    {
        var result = await authority.RunSignerVerbAsync(
            "sa_operator",
            ["operator", "test-device", .. Arguments("000E08ABCDEF", "x.crt", "x.key")]
        );

        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("mac-not-in-test-range:", result.Error);
        Assert.False(File.Exists(Path.Combine(authority.Folder, "x.key")));
    }

    [Fact]
    public async Task A_station_is_refused_an_address_that_is_kept_for_tests()
    {
        var unit = FactoryDevice.Make("SPA962") with { Mac = "000E08FFFF02" };

        var answer = await new StationDesk(authority.StationClient()).SubmitAsync(unit.Submission);

        ProblemAssert.Breaks(answer, HttpStatusCode.UnprocessableEntity, "mac-reserved-for-tests");
    }

    [Fact]
    public async Task The_front_door_can_not_ask_for_a_test_device()
    {
        await using var door = authority.Postgres.Connect("sa_api", authority.Database);
        await using var command = door.CreateCommand(
            """
            insert into sa.signing_request (id, kind, lane, csr, csr_sha256, spki_sha256, authorities, submitted_by, mac, serial, product, state)
            values (gen_random_uuid(), 'TestDevice', 'Device', 'x', sha256('x'), sha256('x'), '{client}', 'api', '000E08FFFF03', 's', 'SPA962', 'Queued')
            """
        );
        var refused = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync());
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
    }

    private async Task MakeAsync(string mac, string certificate, string key) =>
        await authority.OperatorAsync(["test-device", .. Arguments(mac, certificate, key)]);

    private static string[] Arguments(string mac, string certificate, string key) =>
        ["--mac", mac, "--product", "SPA962", "--out-certificate", certificate, "--out-key", key];

    /// <summary>The client root, if it verifies the certificate by openssl's rules.</summary>
    private async Task<string> RootOfAsync(X509Certificate2 issued)
    {
        var (root, leaf) = (Path.Combine(authority.Scratch, "client-root.pem"), Path.Combine(authority.Scratch, "leaf.pem"));
        await File.WriteAllTextAsync(root, await authority.RootPemAsync("client"));
        await File.WriteAllTextAsync(leaf, issued.ExportCertificatePem());
        await OpenSsl.RunAsync("verify", "-purpose", "sslclient", "-CAfile", root, leaf);
        return await File.ReadAllTextAsync(root);
    }
}

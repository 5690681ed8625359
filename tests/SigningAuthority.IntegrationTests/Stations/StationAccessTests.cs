using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SigningAuthority.IntegrationTests.Fixtures;
using Xunit;

namespace SigningAuthority.IntegrationTests.Stations;

/// <summary>Who may stand at the line: an enrolled station that is not revoked, proved by its certificate; nobody else.</summary>
[Collection(FactoryFlows.Name)]
public sealed class StationAccessTests(RunningAuthority authority) : IClassFixture<SoundLog>
{
    private readonly FactoryDevice _device = FactoryDevice.Make();

    [Fact]
    public async Task Without_a_certificate_nothing_is_issued()
    {
        await RefusedAsync(authority.Client(), "no-client-certificate");
        await RefusedAsync(authority.Client(authority.TelcoToken), "no-client-certificate");
        await RefusedAsync(authority.Client(authority.OperatorToken), "no-client-certificate");
    }

    [Fact]
    public async Task A_certificate_of_another_authority_is_refused_even_under_the_same_names()
    {
        using var key = RSA.Create(2048);
        using var station = X509Certificate2.CreateFromPem(await File.ReadAllTextAsync(authority.StationCertificateFile));
        using var root = X509Certificate2.CreateFromPem(await authority.RootPemAsync("station"));
        using var forgedRoot = new CertificateRequest(root.SubjectName, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
        {
            CertificateExtensions = { new X509BasicConstraintsExtension(true, false, 0, true) },
        }.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        using var stationKey = RSA.Create(2048);
        var request = new CertificateRequest(station.SubjectName, stationKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        foreach (var extension in station.Extensions)
            request.CertificateExtensions.Add(extension);
        using var forged = request.Create(
            forgedRoot,
            DateTimeOffset.UtcNow.AddHours(-1),
            DateTimeOffset.UtcNow.AddDays(10),
            station.SerialNumberBytes.Span
        );

        await RefusedAsync(
            authority.Client(certificate: forged.CopyWithPrivateKey(stationKey)),
            "certificate-not-of-the-station-authority"
        );
    }

    [Fact]
    public async Task A_devices_own_certificate_opens_nothing()
    {
        var desk = new StationDesk(authority.StationClient());
        using var certificate = X509Certificate2.CreateFromPem(await desk.CertifyAsync(_device));

        await RefusedAsync(
            authority.Client(certificate: certificate.CopyWithPrivateKey(_device.Key)),
            "certificate-not-of-the-station-authority"
        );
    }

    [Fact]
    public async Task A_revoked_station_is_turned_away_and_its_name_may_be_enrolled_again()
    {
        var certificate = await authority.EnrolStationAsync("line-2");
        var desk = new StationDesk(authority.Client(certificate: certificate));
        Assert.Equal(HttpStatusCode.Created, (await desk.SubmitAsync(FactoryDevice.Make().Submission)).Status);

        await authority.OperatorAsync("station", "revoke", "line-2");

        await Eventually.TrueAsync(
            async () => (await desk.SubmitAsync(new { })).Status == HttpStatusCode.Unauthorized,
            "the revoked station to be turned away"
        );
        await RefusedAsync(authority.Client(certificate: certificate), "station-unknown-or-revoked");
        var again = await authority.EnrolStationAsync("line-2");
        Assert.Equal(
            HttpStatusCode.Created,
            (await new StationDesk(authority.Client(certificate: again)).SubmitAsync(FactoryDevice.Make().Submission)).Status
        );
    }

    private async Task RefusedAsync(HttpClient client, string reason)
    {
        var from = IssuanceLogReader.FromNow();
        ProblemAssert.Is(await new StationDesk(client).SubmitAsync(_device.Submission), HttpStatusCode.Unauthorized, "unauthenticated");
        ProblemAssert.Is(
            await client.AskAsync(HttpMethod.Post, StationDesk.BatchesPath, new StringContent("")),
            HttpStatusCode.Unauthorized,
            "unauthenticated"
        );
        var entries = await new IssuanceLogReader(authority).AwaitAsync($"type=access.refused&{from}", 2);
        Assert.All(entries, entry => Assert.Equal(reason, entry.GetProperty("entry").GetProperty("reason").GetString()));
    }
}

using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SigningAuthority.IntegrationTests.Fixtures;
using Xunit;

namespace SigningAuthority.IntegrationTests.Stations;

[Collection(FactoryFlows.Name)]
public sealed class DeviceRequestTests(RunningAuthority authority) : IClassFixture<SoundLog>
{
    private readonly StationDesk _desk = new(authority.StationClient());
    private readonly IssuanceLogReader _log = new(authority);

    [Fact]
    public async Task A_device_gets_its_certificate_at_once_and_the_same_one_when_the_station_repeats_itself()
    {
        var device = FactoryDevice.Make();

        var first = await _desk.SubmitAsync(device.Submission);
        var again = await _desk.SubmitAsync(device.Submission);

        Assert.True(first.Status == HttpStatusCode.Created, first.ToString());
        Assert.Equal(HttpStatusCode.OK, again.Status);
        Assert.Equal(first.Member("certificate"), again.Member("certificate"));
        Assert.Equal(first.Member("id"), again.Member("id"));
        foreach (
            var (name, value) in new[] { ("mac", device.Mac), ("serial", device.Serial), ("product", device.Product), ("status", "Issued") }
        )
            Assert.Equal(value, first.Member(name));
    }

    [Fact]
    public async Task A_repeated_request_in_other_bytes_for_the_same_key_gives_the_same_certificate()
    {
        var device = FactoryDevice.Make();
        var first = await _desk.SubmitAsync(device.Submission);
        var der = InMemoryRequest.Make("another subject", device.Key);
        var colons = string.Join(':', device.Mac.Chunk(2).Select(pair => new string(pair)));

        var again = await _desk.SubmitAsync(
            new
            {
                mac = colons.ToLowerInvariant(),
                serial = device.Serial,
                product = device.Product,
                csr = Convert.ToBase64String(der),
            }
        );

        Assert.Equal(HttpStatusCode.OK, again.Status);
        Assert.Equal(first.Member("certificate"), again.Member("certificate"));
    }

    [Fact]
    public async Task The_certificate_is_what_the_profile_says()
    {
        var device = FactoryDevice.Make("SPA504G");
        using var certificate = X509Certificate2.CreateFromPem((await _desk.SubmitAsync(device.Submission)).Member("certificate"));
        using var root = X509Certificate2.CreateFromPem(await authority.RootPemAsync("client"));

        Assert.Equal($"CN={device.Mac}, SERIALNUMBER={device.Serial}, OU=SPA504G, O=SigningAuthority", certificate.Subject);
        Assert.Equal(root.SubjectName.RawData, certificate.IssuerName.RawData);
        Assert.Equal(device.Key.ExportSubjectPublicKeyInfo(), certificate.PublicKey.ExportSubjectPublicKeyInfo());
        Assert.Equal(
            ["1.3.6.1.5.5.7.3.2"],
            certificate
                .Extensions.OfType<X509EnhancedKeyUsageExtension>()
                .Single()
                .EnhancedKeyUsages.Cast<Oid>()
                .Select(usage => usage.Value)
        );
        Assert.Equal(
            X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment,
            certificate.Extensions.OfType<X509KeyUsageExtension>().Single().KeyUsages
        );
        Assert.Equal(3650, (certificate.NotAfter - certificate.NotBefore).TotalDays, 0.1);
        Assert.True(certificate.NotAfter <= root.NotAfter);
    }

    [Fact]
    public async Task Another_key_for_the_same_address_is_refused_and_so_are_its_serial_number_and_its_key_for_another_unit()
    {
        var (device, other) = (FactoryDevice.Make(), FactoryDevice.Make());
        Assert.Equal(HttpStatusCode.Created, (await _desk.SubmitAsync(device.Submission)).Status);

        ProblemAssert.Breaks(await _desk.SubmitAsync(device.WithOtherKey().Submission), HttpStatusCode.Conflict, "device-has-another-key");
        ProblemAssert.Breaks(
            await _desk.SubmitAsync((other with { Serial = device.Serial }).Submission),
            HttpStatusCode.Conflict,
            "serial-taken"
        );
        ProblemAssert.Breaks(
            await _desk.SubmitAsync((device with { Serial = other.Serial }).Submission),
            HttpStatusCode.Conflict,
            "device-has-another-identity"
        );
        var stolen = await _desk.SubmitAsync((other with { Key = device.Key }).Submission);
        Assert.True(stolen.Status is HttpStatusCode.Conflict or HttpStatusCode.UnprocessableEntity, stolen.ToString());
        Assert.Contains("key-of-device", stolen.ViolationCodes);

        Assert.Equal(2, (await _log.AwaitAsync($"type=request.refused&mac={device.Mac}", 2)).Count);
        Assert.Equal(2, (await _log.AwaitAsync($"type=request.refused&mac={other.Mac}", 2)).Count);
        Assert.Single(await _log.AwaitAsync($"type=certificate.issued&mac={device.Mac}", 1));
    }

    [Fact]
    public async Task The_same_device_32_times_at_once_has_one_certificate()
    {
        var device = FactoryDevice.Make();

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => _desk.SubmitAsync(device.Submission)));

        Assert.All(answers, answer => Assert.True(answer.Status is HttpStatusCode.Created or HttpStatusCode.OK, answer.ToString()));
        Assert.Single(answers.Select(answer => answer.Member("certificate")).Distinct());
        Assert.Equal(
            ["certificate.intended", "certificate.issued", "request.submitted"],
            (await _log.AwaitAsync($"mac={device.Mac}", 3))
                .Select(entry => entry.GetProperty("type").GetString()!)
                .Where(type => type != "certificate.downloaded")
                .Order()
        );
    }
}

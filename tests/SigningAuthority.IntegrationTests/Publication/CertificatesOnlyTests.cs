using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SigningAuthority.Api.Publication;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.Issuance.Certificates;
using Xunit;

namespace SigningAuthority.IntegrationTests.Publication;

public sealed class CertificatesOnlyTests
{
    /// <summary>Whoever takes the first certificate takes the end entity's, whichever sorts first.</summary>
    [Theory]
    [InlineData("short", "a name that makes its certificate longer")]
    [InlineData("a name that makes its certificate longer", "short")]
    public async Task Certificates_keep_their_order(string first, string second)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllBytesAsync(file, CertificatesOnly.Encode([Make(first), Make(second)]));

        var printed = await OpenSsl.RunAsync("pkcs7", "-inform", "DER", "-in", file, "-print_certs", "-noout");

        var (at, then) = (
            printed.IndexOf("CN = " + first, StringComparison.Ordinal),
            printed.IndexOf("CN = " + second, StringComparison.Ordinal)
        );
        Assert.True(0 <= at && at < then, printed);
        File.Delete(file);
    }

    private static byte[] Make(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256).CreateSelfSigned(
            DateTimeOffset.UtcNow,
            DateTimeOffset.UtcNow.AddDays(1)
        );
        return certificate.RawData;
    }
}

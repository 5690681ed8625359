using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;

namespace SigningAuthority.IntegrationTests.RevocationLists;

/// <summary>A device's certificate in a file.</summary>
/// <param name="Serial">Upper-case hexadecimal.</param>
/// <param name="ListAddress">Its CRL distribution point.</param>
internal sealed partial record ListedDevice(string File, string Serial, string ListAddress)
{
    private const string CrlDistributionPoints = "2.5.29.31";

    public static ListedDevice Read(string file)
    {
        using var certificate = X509Certificate2.CreateFromPem(System.IO.File.ReadAllText(file));
        var points = certificate.Extensions.Single(extension => extension.Oid!.Value == CrlDistributionPoints);
        var address = Address().Match(System.Text.Encoding.Latin1.GetString(points.RawData)).Value;
        return new ListedDevice(file, certificate.SerialNumber, address);
    }

    [GeneratedRegex(@"http://[!-~]+\.crl")]
    private static partial Regex Address();
}

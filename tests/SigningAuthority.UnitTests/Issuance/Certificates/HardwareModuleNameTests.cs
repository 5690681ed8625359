using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Xunit;

namespace SigningAuthority.UnitTests.Issuance.Certificates;

/// <summary>IEEE 802.1AR's parts of a certificate as openssl, which knows nothing of our encoder, takes them apart.</summary>
public sealed class HardwareModuleNameTests
{
    public static TheoryData<string> Profiles => [.. SamplePlans.Profiles.Where(profile => profile.Contains("8021ar"))];

    /// <summary>RFC 4108 §5: HardwareModuleName ::= SEQUENCE { hwType OBJECT IDENTIFIER, hwSerialNum OCTET STRING }.</summary>
    [Theory]
    [MemberData(nameof(Profiles))]
    public void It_is_an_otherName_of_a_type_and_an_octet_string(string profile)
    {
        var pem = PemEncoding.WriteString("CERTIFICATE", SamplePlans.Sign(SamplePlans.ToBeSigned(profile)));
        var lines = OpenSsl.Run("asn1parse", pem).Split('\n');
        var at = Array.FindIndex(lines, line => line.Contains("X509v3 Subject Alternative Name"));
        var octets = Regex.Match(lines[at + 1], "^ *([0-9]+):.*OCTET STRING").Groups[1].Value;
        var inside = OpenSsl.Run($"asn1parse -strparse {octets}", pem);

        Assert.Equal(
            [
                "0 SEQUENCE",
                "1 cont [ 0 ]",
                "2 OBJECT :1.3.6.1.5.5.7.8.4",
                "2 cont [ 0 ]",
                "3 SEQUENCE",
                "4 OBJECT :2.999.1",
                "4 OCTET STRING :FM500F100001",
            ],
            inside.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Plain)
        );
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void Openssl_prints_the_name_beside_the_serial_number_in_the_subject(string profile)
    {
        var pem = PemEncoding.WriteString("CERTIFICATE", SamplePlans.Sign(SamplePlans.ToBeSigned(profile)));
        var text = OpenSsl.Run("x509 -noout -text -nameopt multiline,utf8", pem);
        Assert.Matches("serialNumber += FM500F100001", text);
        Assert.Matches("Subject Alternative Name: *\\n +othername: *1.3.6.1.5.5.7.8.4", text);
        Assert.Equal(
            profile.EndsWith("endless", StringComparison.Ordinal) ? "Dec 31 23:59:59 9999 GMT" : EndOfIssuer(),
            Regex.Match(text, "Not After : (.*)").Groups[1].Value
        );
    }

    private static string EndOfIssuer() =>
        Regex
            .Match(OpenSsl.Run("x509 -noout -enddate", PemEncoding.WriteString("CERTIFICATE", SamplePlans.Issuer.Der)), "notAfter=(.*)")
            .Groups[1]
            .Value;

    /// <summary>"   12:d=2  hl=2 l=   8 prim: OBJECT            :1.3.6.1" as "2 OBJECT :1.3.6.1".</summary>
    private static string Plain(string line)
    {
        var match = Regex.Match(line, @"d=([0-9]+) .*?(?:cons|prim): (.*)$");
        return Regex.Replace($"{match.Groups[1].Value} {match.Groups[2].Value}", " +", " ").Trim();
    }
}

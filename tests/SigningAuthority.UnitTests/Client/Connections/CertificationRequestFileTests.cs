using System.Text;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Client.Connections;
using Xunit;

namespace SigningAuthority.UnitTests.Client.Connections;

public sealed class CertificationRequestFileTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    [Theory]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")]
    [InlineData("-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n-----BEGIN RSA PRIVATE KEY-----\n")]
    [InlineData("-----BEGIN ENCRYPTED PRIVATE KEY-----\n")]
    public void A_private_key_never_leaves_the_machine(string text)
    {
        File.WriteAllText(_path, text);
        var refusal = Assert.Throws<InvalidInputException>(() => CertificationRequestFile.Read(_path));
        Assert.Contains("private key", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_file_is_refused() => Assert.Throws<InvalidInputException>(() => CertificationRequestFile.Read(_path));

    [Fact]
    public void Other_content_is_sent_as_it_is_and_named_by_its_form()
    {
        byte[] der = [0x30, 0x82, 0xFF, 0x00];
        File.WriteAllBytes(_path, der);
        var file = CertificationRequestFile.Read(_path);
        Assert.Equal(der, file.Bytes);
        Assert.Equal("application/pkcs10", file.MediaType);
        Assert.StartsWith("-----BEGIN CERTIFICATE REQUEST-----", file.ToPem(), StringComparison.Ordinal);

        File.WriteAllBytes(_path, Encoding.ASCII.GetBytes("-----BEGIN CERTIFICATE REQUEST-----"));
        Assert.Equal("application/x-pem-file", CertificationRequestFile.Read(_path).MediaType);
    }

    public void Dispose() => File.Delete(_path);
}

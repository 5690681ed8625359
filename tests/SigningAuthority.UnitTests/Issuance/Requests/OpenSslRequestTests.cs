using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Requests;
using Xunit;

namespace SigningAuthority.UnitTests.Issuance.Requests;

/// <summary>Requests that OpenSSL made, kept as vectors, go through reading and policy.</summary>
public sealed class OpenSslRequestTests
{
    [Theory]
    [InlineData("sprov.callme.com.csr", "sprov.callme.com")]
    [InlineData("pv.telco.net.csr", "pv.telco.net/mailto:admin@telco.net")]
    [InlineData("prof.voice.com.csr", "prof.voice.com/info@voice.com")]
    [InlineData("with-text.csr", "prov.example.com")]
    [InlineData("prov.example.com.der", "prov.example.com")]
    public void Each_is_read_and_accepted(string file, string commonName)
    {
        var request = ReadCertificationRequest
            .Read(File.ReadAllBytes(Path.Combine(RepositoryFolder.TestVectors, "requests", file)))
            .Request!;
        Assert.Equal((commonName, ProofOfPossession.Proven), (request.CommonName, request.ProofOfPossession));

        var names = new[] { new RegisteredName(Fqdn.Parse(ServerCommonName.HostPart(commonName)), IncludeSubdomains: false) };
        Assert.NotNull(ShippedPolicy.Policy.Decide(ShippedPolicy.Server() with { Request = request, Names = names }).Approved);
    }
}

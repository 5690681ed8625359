using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SigningAuthority.IntegrationTests.Fixtures;

namespace SigningAuthority.IntegrationTests.Mutations;

/// <summary>Requests of provisioning servers that <see cref="RunningAuthority.Telco"/> gets certificates for.</summary>
internal static class SampleServerRequests
{
    /// <returns>DER.</returns>
    public static IReadOnlyList<byte[]> Of(RSA key) =>
        [
            InMemoryRequest.Make("pv.telco.net", key),
            InMemoryRequest.Make("callme.com", key),
            InMemoryRequest.Make("voice.com/mailto:admin@voice.com", key),
            InMemoryRequest.Make("pv.telco.net", key, AlternativeName("pv.telco.net")),
        ];

    private static X509Extension AlternativeName(string name)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        return names.Build();
    }
}

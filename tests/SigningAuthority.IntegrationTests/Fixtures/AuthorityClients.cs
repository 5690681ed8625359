using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace SigningAuthority.IntegrationTests.Fixtures;

/// <summary>HTTP clients that trust the front door's own root and nothing else.</summary>
internal sealed class AuthorityClients(Uri address, X509Certificate2 serviceRoot)
{
    /// <param name="bearer">A token, or null for none.</param>
    /// <param name="certificate">A client certificate with its key, or null for none.</param>
    public HttpClient Create(string? bearer = null, X509Certificate2? certificate = null)
    {
        var tls = new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                CustomTrustStore = { serviceRoot },
            },
        };
        if (certificate is not null)
        {
            // Sent whatever issuers the server names: it is the server that must refuse a foreign one.
            tls.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate;
        }

        var client = new HttpClient(new SocketsHttpHandler { SslOptions = tls, AllowAutoRedirect = false })
        {
            BaseAddress = address,
            Timeout = TimeSpan.FromMinutes(2),
        };
        if (bearer is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        return client;
    }
}

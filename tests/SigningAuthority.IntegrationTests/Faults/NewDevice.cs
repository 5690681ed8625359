using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SigningAuthority.IntegrationTests.Faults;

/// <summary>A device that has just been made, with a key of its own.</summary>
internal sealed record NewDevice(string Mac, string Serial, CertificationRequestBytes Csr)
{
    public const string Product = "SPA962";
    private static int _made;

    public static NewDevice Make()
    {
        var number = Interlocked.Increment(ref _made);
        var mac = $"000E08{number:X6}";
        return new NewDevice(mac, $"FM5{number:D6}", CertificationRequestBytes.Make("CN=" + mac));
    }

    /// <summary>As its station asks for it.</summary>
    public HttpRequestMessage ToRequest() =>
        new(HttpMethod.Post, "api/v1/station/devices")
        {
            Content = JsonContent.Create(
                new
                {
                    mac = Mac,
                    serial = Serial,
                    product = Product,
                    csr = Csr.Pem,
                }
            ),
        };
}

/// <summary>A provider's server, with a key of its own.</summary>
internal sealed record NewServer(string Fqdn, CertificationRequestBytes Csr)
{
    /// <summary>Of two generations of the server root.</summary>
    public static readonly string[] Devices = ["SPA962", "SPA504G"];

    public static NewServer Make()
    {
        var fqdn = $"prov-{Guid.NewGuid():N}.callme.com";
        return new NewServer(fqdn, CertificationRequestBytes.Make("CN=" + fqdn));
    }

    /// <summary>As its provider uploads it.</summary>
    public HttpRequestMessage ToRequest(string idempotencyKey) =>
        new(HttpMethod.Post, "api/v1/provider/requests?" + string.Join('&', Devices.Select(device => "device=" + device)))
        {
            Content = new StringContent(Csr.Pem, new System.Net.Http.Headers.MediaTypeHeaderValue("application/pkcs10")),
            Headers = { { "Idempotency-Key", idempotencyKey } },
        };
}

/// <summary>A PKCS#10 request and the digest of its key.</summary>
internal sealed record CertificationRequestBytes(byte[] Der, byte[] PublicKeySha256)
{
    public byte[] Sha256 => SHA256.HashData(Der);

    public string Pem => PemEncoding.WriteString("CERTIFICATE REQUEST", Der);

    public static CertificationRequestBytes Make(string subject)
    {
        using var key = QuickKeys.Next();
        return Make(subject, key);
    }

    public static CertificationRequestBytes Make(string subject, RSA key)
    {
        var der = new CertificateRequest(subject, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSigningRequest();
        return new CertificationRequestBytes(der, SHA256.HashData(key.ExportSubjectPublicKeyInfo()));
    }
}

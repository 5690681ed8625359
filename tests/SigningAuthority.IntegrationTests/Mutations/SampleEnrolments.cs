using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using SigningAuthority.IntegrationTests.Stations;

namespace SigningAuthority.IntegrationTests.Mutations;

/// <summary>Well-formed requests of devices, in the subject layouts that are in the field.</summary>
internal static class SampleEnrolments
{
    public static IReadOnlyList<byte[]> All { get; } = MakeAll();

    /// <summary>In lines, as RFC 7030 §4.2.1 has it.</summary>
    public static byte[] Base64(byte[] der) =>
        Encoding.ASCII.GetBytes(Convert.ToBase64String(der, Base64FormattingOptions.InsertLineBreaks));

    /// <summary>Of one device, as different software writes its subject.</summary>
    /// <returns>DER.</returns>
    public static IReadOnlyList<byte[]> Of(FactoryDevice device)
    {
        var made = new List<byte[]>();
        foreach (var subject in SubjectsOf(device.Mac, device.Serial))
        {
            var request = new CertificateRequest(subject, device.Key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            made.Add(request.CreateSigningRequest());
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName("phone.example.net");
            request.CertificateExtensions.Add(names.Build());
            made.Add(request.CreateSigningRequest());
        }

        return made;
    }

    /// <summary>What a device sends to renew its certificate: the same subject and key (RFC 7030 §4.2.2).</summary>
    /// <param name="device">Which.</param>
    /// <param name="certificate">The device's, PEM.</param>
    /// <returns>DER.</returns>
    public static byte[] Renewal(FactoryDevice device, string certificate)
    {
        using var issued = X509Certificate2.CreateFromPem(certificate);
        return new CertificateRequest(
            issued.SubjectName,
            device.Key,
            HashAlgorithmName.SHA256,
            RSASignaturePadding.Pkcs1
        ).CreateSigningRequest();
    }

    private static IReadOnlyList<byte[]> MakeAll()
    {
        using var key = RSA.Create(2048);
        return Of(new FactoryDevice("000E08F00001", "FM500H000001", "SPA962", key));
    }

    private static string[] SubjectsOf(string mac, string serial) =>
        [
            $"OU=SPA962, SERIALNUMBER={serial}, CN={mac}",
            $"OU=SPA-962, L={serial}, S={mac.ToLowerInvariant()}",
            $"C=US, S={mac}, L={serial}, O=Vendor, OU=vendor.example, CN=\"SPA504G, MAC: {mac}, Serial: {serial}\"",
            $"CN={mac}",
        ];
}

using SigningAuthority.Api.Requests;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Policy;

namespace SigningAuthority.Api.Revocations;

/// <summary>A certificate as callers name it: by issuer and serial number, never by one of them alone.</summary>
internal readonly record struct NamedCertificate(string Authority, CertificateSerialNumber SerialNumber)
{
    private static readonly Rule Malformed = new(
        "revocation-certificate",
        "a certificate is its issuer and its serial number (RFC 5280 §4.1.2.2)"
    );

    /// <summary>Of the members "authority" and "serialNumber"; what is wrong with them is added to <paramref name="violations"/>.</summary>
    public static NamedCertificate? Read(JsonEnvelope json, List<Violation> violations)
    {
        var (authority, number) = (json.Text("authority"), json.Text("serialNumber"));
        if (!json.IsRead)
            return null;
        if (authority is { Length: > 0 and <= 64 } && CertificateSerialNumber.TryParse(number, out var serial))
            return new NamedCertificate(authority, serial);
        violations.Add(
            Malformed.BrokenBy(
                authority is { Length: > 0 and <= 64 } ? "serialNumber" : "authority",
                "the issuing authority's id, and the certificate's serial number in hexadecimal",
                authority is null || number is null ? "one of them missing" : $"{authority} {number}",
                "The certificate is not named.",
                "{\"authority\": \"client\", \"serialNumber\": \"4C01…\"}; openssl x509 -in device.crt -noout -issuer -serial"
            )
        );
        return null;
    }
}

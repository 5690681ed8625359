using System.Security.Cryptography;
using SigningAuthority.Api.Stations.KeyPairs;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Api.Stations;

/// <summary>A device's certificate, as its station gets it.</summary>
/// <param name="Status">"Issued".</param>
/// <param name="Mac">12 upper-case hexadecimal digits.</param>
/// <param name="Serial">The device's serial number.</param>
/// <param name="SerialNumber">The certificate's, upper-case hexadecimal.</param>
/// <param name="Sha256">Fingerprint, lower-case hexadecimal.</param>
/// <param name="Certificate">PEM.</param>
internal sealed record DeviceCertificate(
    Guid Id,
    string Status,
    string Mac,
    string Serial,
    string Product,
    string SerialNumber,
    string Sha256,
    DateTimeOffset NotBefore,
    DateTimeOffset NotAfter,
    string Certificate
)
{
    /// <summary>Where the proof is that its issuance stands in the log.</summary>
    public string Receipt => $"{DownloadDeviceReceipt.Path}/{Sha256}.tlog-proof";

    /// <summary>The unit's private key, where it was made here.</summary>
    public DeviceKey? Key { get; init; }

    public static DeviceCertificate Of(RequestWithCertificates issued)
    {
        var (request, certificate) = (issued.Request, issued.Certificates[0]);
        return new DeviceCertificate(
            request.Id.Value,
            request.State.ToString(),
            request.Mac!,
            request.Serial!,
            request.Product!,
            certificate.SerialNumber.Hex,
            Convert.ToHexStringLower(certificate.Sha256),
            certificate.NotBefore,
            certificate.NotAfter,
            PemEncoding.WriteString("CERTIFICATE", certificate.Der) + "\n"
        );
    }
}

using System.Text.Json.Serialization;
using SigningAuthority.Storage.Watch;

namespace SigningAuthority.Api.Providers.Watch;

/// <summary>A certificate that was issued for one of the caller's names.</summary>
/// <param name="Index">Its entry's leaf in the log, from 0.</param>
/// <param name="Generation">The signing root's id.</param>
/// <param name="SerialNumber">Upper-case hexadecimal.</param>
/// <param name="Sha256">Fingerprint, lower-case hexadecimal.</param>
/// <param name="Own">The caller asked for it itself; whose it is else is not told.</param>
/// <param name="Receipt">Where its receipt is.</param>
internal sealed record WatchedView(
    long Index,
    DateTimeOffset IssuedAt,
    string Fqdn,
    string Generation,
    string SerialNumber,
    string Sha256,
    DateTimeOffset NotBefore,
    DateTimeOffset NotAfter,
    bool Own,
    string Receipt
)
{
    public const string Path = "/api/v1/provider/watch";

    public static WatchedView Of(WatchedCertificate certificate)
    {
        var sha256 = Convert.ToHexStringLower(certificate.Sha256);
        return new WatchedView(
            certificate.Index,
            certificate.IssuedAt,
            certificate.Fqdn,
            certificate.Authority,
            certificate.SerialNumber.Hex,
            sha256,
            certificate.NotBefore,
            certificate.NotAfter,
            certificate.IsOwn,
            $"{Path}/receipts/{sha256}.tlog-proof"
        );
    }
}

/// <summary>A page of what was issued, in the log's order.</summary>
/// <param name="Next">Where what follows will be: ask there later, too, for what has been issued since.</param>
internal sealed record WatchedPage(IReadOnlyList<WatchedView> Certificates, [property: JsonRequired] string Next);

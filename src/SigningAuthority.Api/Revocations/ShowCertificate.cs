using SigningAuthority.Api.Access;
using SigningAuthority.Api.Problems;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Storage.Revocations;

namespace SigningAuthority.Api.Revocations;

/// <summary>A certificate as an officer sees it before signing about it.</summary>
/// <param name="Kind">ProvisioningServer, Device, …</param>
/// <param name="SubmittedBy">Who asked for it, as the log names it.</param>
/// <param name="Status">good, held, revoked or released.</param>
/// <param name="Reason">As RFC 5280 §5.3.1 spells it; left out for a good one.</param>
/// <param name="RevokedAt">Since when it is as the status says; left out for a good one.</param>
/// <param name="Officer">You: the name that your statement gives.</param>
/// <param name="OfficerId">Your registration.</param>
internal sealed record CertificateView(
    string Authority,
    string SerialNumber,
    string Sha256,
    string Kind,
    string? Subject,
    string? Serial,
    string SubmittedBy,
    DateTimeOffset NotAfter,
    string Status,
    string? Reason,
    DateTimeOffset? RevokedAt,
    string Officer,
    Guid OfficerId
);

/// <summary>GET /api/v1/officer/certificates/{authority}/{serialNumber}.</summary>
internal sealed class ShowCertificate(RevocableCertificates certificates)
{
    public async Task<IResult> HandleAsync(HttpContext context, string authority, string serialNumber) =>
        CertificateSerialNumber.TryParse(serialNumber, out var serial)
        && await certificates.FindAsync(authority, serial, context.RequestAborted) is { } found
            ? Results.Json(ViewOf(found, Caller.Of(context)))
            : ProblemKinds.NotFound.Because("There is no certificate of this issuer and serial number.");

    public static string NameOf(Caller officer) => officer.Actor[(officer.Actor.IndexOf('/', StringComparison.Ordinal) + 1)..];

    private static CertificateView ViewOf(RevocableCertificate found, Caller officer) =>
        new(
            found.Facts.Authority,
            found.Facts.SerialNumber.Hex,
            Convert.ToHexStringLower(found.Sha256),
            found.Facts.Kind.ToString(),
            found.Subject,
            found.Serial,
            found.Facts.SubmittedBy,
            found.NotAfter,
            found.Facts.Current switch
            {
                null => "good",
                RevocationReason.CertificateHold => "held",
                RevocationReason.RemoveFromCrl => "released",
                _ => "revoked",
            },
            found.Facts.Current?.Name(),
            found.RevokedAt,
            NameOf(officer),
            officer.Id
        );
}

using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.Certificates;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Api.Providers;

/// <summary>A request as its provider sees it.</summary>
/// <param name="Status">A state's name: AwaitingApproval, Queued, Signing, Issued, Refused, Withdrawn, Failed.</param>
/// <param name="Generations">The server roots that sign, one certificate each.</param>
/// <param name="Certificates">Those there are.</param>
/// <param name="Violations">Why the key room or an officer refused it; absent otherwise.</param>
/// <param name="Failure">Set when signing was given up for now; absent otherwise.</param>
/// <param name="ClientRoots">The roots that devices' own certificates chain to: what the server verifies clients with.</param>
internal sealed record ProviderRequest(
    Guid Id,
    string Status,
    string Href,
    string? Fqdn,
    IReadOnlyList<string> Devices,
    IReadOnlyList<string> Generations,
    string? Note,
    DateTimeOffset SubmittedAt,
    DateTimeOffset? FinishedAt,
    IReadOnlyList<ProviderCertificate> Certificates,
    IReadOnlyList<Violation>? Violations,
    string? Failure,
    string ClientRoots
)
{
    /// <summary>The request that this one renews.</summary>
    public Guid? Renews { get; init; }

    /// <summary>The request that this one replaces.</summary>
    public Guid? Replaces { get; init; }

    /// <summary>Requests that renew this one, refused and withdrawn ones left out.</summary>
    public IReadOnlyList<SuccessorView>? RenewedBy { get; init; }

    /// <summary>Requests that replace this one, refused and withdrawn ones left out.</summary>
    public IReadOnlyList<SuccessorView>? ReplacedBy { get; init; }

    public const string Path = "/api/v1/provider/requests";

    /// <summary>What the provider should know although nothing was refused for it; absent when there is nothing.</summary>
    public IReadOnlyList<RequestWarning>? Warnings { get; init; }

    /// <summary>How many officers must approve; absent unless the request waits for them, like the two that follow.</summary>
    public int? ApprovalsNeeded { get; init; }

    public int? ApprovalsGiven { get; init; }

    public DateTimeOffset? ApprovalExpiresAt { get; init; }

    public ProviderRequest Awaiting(AwaitedApproval? approval) =>
        this with
        {
            ApprovalsNeeded = approval?.Needed,
            ApprovalsGiven = approval?.Given,
            ApprovalExpiresAt = approval?.ExpiresAt,
        };

    public static ProviderRequest Of(RequestWithCertificates found) => Of(found.Request, found.Certificates);

    public static ProviderRequest Of(SigningRequestRecord request, IReadOnlyList<IssuedCertificate> certificates)
    {
        var href = $"{Path}/{request.Id}";
        return new ProviderRequest(
            request.Id.Value,
            request.State.ToString(),
            href,
            request.Fqdn,
            request.Devices,
            request.Authorities,
            request.Note,
            request.SubmittedAt,
            request.FinishedAt,
            [.. certificates.Select(certificate => ProviderCertificate.Of(certificate, href))],
            request.State == RequestState.Refused ? request.Violations : null,
            request.State == RequestState.Failed
                ? "Signing failed several times and was given up for now; the operator can see why and start it again."
                : null,
            "/roots/client-bundle.pem"
        )
        {
            Renews = request.Succession == SuccessionKind.Renewal ? request.Succeeds : null,
            Replaces = request.Succession == SuccessionKind.Replacement ? request.Succeeds : null,
        };
    }
}

/// <summary>One certificate of a request.</summary>
/// <param name="Generation">The signing root's id.</param>
/// <param name="SerialNumber">Upper-case hexadecimal.</param>
/// <param name="Sha256">Fingerprint, lower-case hexadecimal.</param>
/// <param name="Href">In PEM; .crt, .der and .p7b are beside it.</param>
/// <param name="Receipt">The proof that its issuance stands in the log.</param>
internal sealed record ProviderCertificate(
    string Generation,
    string SerialNumber,
    DateTimeOffset NotBefore,
    DateTimeOffset NotAfter,
    string Sha256,
    string Href,
    string Receipt
)
{
    /// <summary>Set when it is revoked, or to be.</summary>
    public RevocationView? RevocationRequested { get; init; }

    public static ProviderCertificate Of(IssuedCertificate certificate, string request) =>
        new(
            certificate.Authority,
            certificate.SerialNumber.Hex,
            certificate.NotBefore,
            certificate.NotAfter,
            Convert.ToHexStringLower(certificate.Sha256),
            $"{request}/certificates/{certificate.Authority}.pem",
            $"{request}/certificates/{certificate.Authority}.tlog-proof"
        );
}

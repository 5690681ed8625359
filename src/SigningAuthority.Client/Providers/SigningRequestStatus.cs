using SigningAuthority.Client.CommandLine;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Client.Providers;

/// <summary>A request as the service shows it to its provider.</summary>
internal sealed record SigningRequestStatus(
    string Id,
    string Status,
    IReadOnlyList<IssuedCertificate>? Certificates,
    IReadOnlyList<Violation>? Violations,
    string? Failure
)
{
    /// <summary>Null when this version of signctl doesn't know the state; such a request is taken as unfinished.</summary>
    public RequestState? State => Enum.TryParse<RequestState>(Status, out var state) && Enum.IsDefined(state) ? state : null;

    /// <exception cref="WorldFaultException">The service sent something else as an id.</exception>
    public SigningRequestId ParsedId =>
        SigningRequestId.TryParse(Id, out var id)
            ? id
            : throw new WorldFaultException("unreadable-answer", $"'{PlainText.Of(Id)}' is not a request id.");

    public bool IsFinished => State is RequestState.Issued or RequestState.Refused or RequestState.Withdrawn or RequestState.Failed;
}

/// <summary>One certificate of a request: a provider gets one for each trust generation its devices need.</summary>
internal sealed record IssuedCertificate(
    string Generation,
    string? SerialNumber,
    DateTimeOffset? NotBefore,
    DateTimeOffset? NotAfter,
    string? Sha256
);

using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Storage.Notices;

/// <summary>Why a contact is told something.</summary>
public enum NoticeKind
{
    /// <summary>A certificate ends soon.</summary>
    Expiry,

    /// <summary>A certificate was issued for one of the provider's names, on whoever's request.</summary>
    Issuance,

    /// <summary>The published roots changed: told to every contact, whatever it was added for.</summary>
    Roots,

    /// <summary>The provider wants to see whether its contact works.</summary>
    Test,
}

/// <summary>Where a notice stands; the row's state is the truth.</summary>
public enum NoticeState
{
    /// <summary>To be sent, or to be sent again.</summary>
    Pending,

    /// <summary>Under an Outreach's lease.</summary>
    Delivering,

    Delivered,

    /// <summary>Given up; an operator may have it sent again.</summary>
    Failed,

    /// <summary>The certificate was renewed or replaced before it was sent.</summary>
    Superseded,

    /// <summary>Not sent, because a more urgent one was due, the contact is gone or the certificate is revoked or to be.</summary>
    Skipped,
}

/// <summary>The certificate that a notice is about.</summary>
/// <param name="RequestId">Another provider's where it is not <see cref="IsOwn"/>: then not for the reader's eyes.</param>
/// <param name="Sha256">Over the DER.</param>
public sealed record NoticedCertificate(
    SigningRequestId RequestId,
    string Authority,
    string Fqdn,
    CertificateSerialNumber SerialNumber,
    byte[] Sha256,
    DateTimeOffset NotBefore,
    DateTimeOffset NotAfter
)
{
    /// <summary>The notice's provider asked for it itself.</summary>
    public required bool IsOwn { get; init; }
}

/// <summary>A row of sa.notice with what it is about.</summary>
/// <param name="ContactTarget">A webhook's URL or a mail address.</param>
/// <param name="Certificate">Not set for a test, nor for a change of the roots.</param>
/// <param name="DaysBefore">Before the certificate's end, for an expiry.</param>
/// <param name="DueAt">The next attempt, while it is Pending.</param>
/// <param name="LastError">What went wrong last, or why it was not sent.</param>
public sealed record Notice(
    Guid Id,
    NoticeKind Kind,
    Guid ProviderId,
    Guid ContactId,
    ContactKind ContactKind,
    string ContactTarget,
    NoticedCertificate? Certificate,
    int? DaysBefore,
    NoticeState State,
    DateTimeOffset PlannedAt,
    DateTimeOffset DueAt,
    int Attempts,
    string? LastError,
    DateTimeOffset? FinishedAt
)
{
    /// <summary>Version of the roots' manifest, for a change of them.</summary>
    public long? RootsVersion { get; init; }
}

using SigningAuthority.Issuance.Approvals;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Issuance.Revocations;

/// <summary>What is asked for, as it was written down.</summary>
/// <param name="AskerId">Of the provider, the station's enrolment or the officer's registration.</param>
/// <param name="DecidedAt">By the clock of whoever decides, now: when it was written down is the word of whoever wrote it.</param>
/// <param name="StatedAt">As the officer's statement says it.</param>
/// <param name="Signature">Over the statement; empty where there is none.</param>
public sealed record RevocationAsk(
    RevocationAsker Asker,
    Guid? AskerId,
    RevocationAction Action,
    RevocationReason Reason,
    string? Note,
    DateTimeOffset DecidedAt,
    DateTimeOffset? StatedAt,
    ReadOnlyMemory<byte> Signature
);

/// <summary>The certificate that it is about, as it was issued.</summary>
/// <param name="Der">For the public key.</param>
/// <param name="ProviderId">Of the request that it was issued for.</param>
/// <param name="OrderStations">Names of the stations of the order that it was drawn from.</param>
/// <param name="SubmittedBy">Who asked for it, as the log names it.</param>
/// <param name="Current">Null as long as it was never revoked nor held; <see cref="RevocationReason.RemoveFromCrl"/> after a release.</param>
/// <param name="IsDevice">It names a unit.</param>
public sealed record RevocableFacts(
    string Authority,
    CertificateSerialNumber SerialNumber,
    ReadOnlyMemory<byte> Der,
    RequestKind Kind,
    Guid? ProviderId,
    IReadOnlyList<string>? OrderStations,
    string SubmittedBy,
    RevocationReason? Current,
    bool IsDevice
)
{
    /// <summary>As what somebody asked for what holds now; null for a recall, and where nothing holds.</summary>
    public RevocationAsker? ChangedBy { get; init; }

    /// <summary>As reissues see it: by its order where it has one, whichever station of it drew the unit.</summary>
    public bool IsOfStation(string name) =>
        Kind is RequestKind.Device or RequestKind.ResignedDevice
        && (OrderStations is { } stations ? stations.Any(station => station == "*" || station == name) : SubmittedBy == "station/" + name);
}

/// <summary>Who asks, as the database knows it now.</summary>
/// <param name="Actor">As the log names it; made of the asker's own row where there is one.</param>
/// <param name="IsKnown">The provider or officer is registered, the station enrolled and not revoked, the operator's row written by that role, the successor issued.</param>
/// <param name="StationName">Of a station.</param>
/// <param name="Officer">Of an officer.</param>
/// <param name="OfficerKey">The registered one.</param>
public sealed record RevocationAskerFacts(string Actor, bool IsKnown, string? StationName, OfficerName? Officer, OfficerKey? OfficerKey)
{
    /// <summary>Certificates that took effect for this asker within the window, without a recall.</summary>
    public int TakenAlone { get; init; }

    /// <summary>The same over all that ask by the front door's word.</summary>
    public int TakenUnsigned { get; init; }

    /// <summary>How often this very certificate was held, released or revoked within the window, whoever asked.</summary>
    public int ChangedBefore { get; init; }
}

/// <summary>policy.json, revocation.</summary>
/// <param name="MostAlone">Certificates that one asker has revoked, held or released within the window; more need two officers.</param>
/// <param name="MostUnsigned">The same for all providers and stations together: the front door's word alone.</param>
/// <param name="WindowHours">Length of the window.</param>
/// <param name="RecallExpiresAfterDays">A recall that waits longer for its officers is refused.</param>
public sealed record RevocationSettings(int MostAlone, int MostUnsigned, int WindowHours, int RecallExpiresAfterDays);

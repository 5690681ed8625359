using SigningAuthority.Client.CommandLine;
using SigningAuthority.Client.Connections;
using SigningAuthority.Client.Providers;
using SigningAuthority.Issuance.Approvals;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Client.Officers;

/// <summary>A request as the service shows it to an officer; members that this version does not show are passed over.</summary>
internal sealed record ReviewedRequest(
    string Id,
    string Status,
    string Fqdn,
    string SubmittedBy,
    DateTimeOffset SubmittedAt,
    int ApprovalsNeeded,
    int ApprovalsGiven,
    DateTimeOffset? ApprovalExpiresAt,
    string Csr,
    ReviewedFacts Facts,
    IReadOnlyList<string> Devices,
    IReadOnlyList<string> Generations,
    string? Note,
    IReadOnlyList<string>? Addresses,
    ReviewedCover? CoveredBy,
    ReviewedHistory History,
    IReadOnlyList<ReviewedCertificate> Certificates,
    IReadOnlyList<ReviewedNearDuplicate> NearDuplicates,
    IReadOnlyList<ReviewedDecision> Decisions,
    IReadOnlyList<string> Obstacles,
    ReviewedStatement? Statement
)
{
    /// <summary>What DNS answered for the name; null as long as it has not been looked up.</summary>
    public ReviewedLookup? AddressLookup { get; init; }

    public RequestMatrix? Acceptance { get; init; }

    public static async Task<(ReviewedRequest? Request, ServiceReply Reply)> ReadAsync(
        ServiceConnection service,
        SigningRequestId id,
        CancellationToken cancellation
    )
    {
        var reply = await service.GetAsync($"/api/v1/officer/requests/{id}", TimeSpan.FromSeconds(30), cancellation);
        return (reply.Problem is null ? reply.Parse<ReviewedRequest>() : null, reply);
    }

    /// <summary>
    /// What is signed is what was shown, and both come from the request's own bytes: a service that shows one request and has another
    /// signed is found out here.
    /// </summary>
    /// <exception cref="WorldFaultException">The answer contradicts itself.</exception>
    public ApprovalSubject ToSubject()
    {
        var der = new byte[Csr.Length];
        if (
            !SigningRequestId.TryParse(Id, out var id)
            || !Convert.TryFromBase64String(Csr, der, out var length)
            || ReadCertificationRequest.Read(der.AsMemory(0, length)).Request is not { } csr
            || !ServerCommonName.TryParse(csr.CommonName, out var name)
        )
            throw new WorldFaultException("unreadable-answer", "the service sent no request that can be read.");
        if (
            name.Fqdn.Value != Fqdn
            || Facts.Subject != csr.Subject.ToRfc4514()
            || Facts.PublicKeySha256 != Convert.ToHexStringLower(csr.Key.Sha256)
        )
            throw new WorldFaultException(
                "contradicting-answer",
                "what the service says of the request is not what the request itself says."
            );
        return new ApprovalSubject(id, Convert.ToHexStringLower(csr.Sha256), name.Fqdn, Devices, Generations, SubmittedBy);
    }

    /// <summary>The officer that the token is, out of the statement that the service prepared.</summary>
    /// <exception cref="WorldFaultException">There is none.</exception>
    public (OfficerName Name, Guid Id) ToOfficer()
    {
        var lines = Statement?.Approve.Split('\n') ?? [];
        return
            OfficerName.TryParse(ValueOf(lines, "officer: "), out var name)
            && Guid.TryParseExact(ValueOf(lines, "officer-id: "), "D", out var id)
            ? (name, id)
            : throw new WorldFaultException("unreadable-answer", "the service sent no statement to sign.");
    }

    private static string? ValueOf(string[] lines, string name) =>
        Array.Find(lines, line => line.StartsWith(name, StringComparison.Ordinal))?[name.Length..];
}

internal sealed record ReviewedFacts(
    string Subject,
    int KeyBits,
    string Exponent,
    string SignatureAlgorithm,
    IReadOnlyList<string> SubjectAlternativeNames,
    string PublicKeySha256
);

internal sealed record ReviewedCover(string Suffix, bool IncludeSubdomains, DateTimeOffset RegisteredAt, string RegisteredBy)
{
    /// <summary>"dns" or "http"; null, like the rest, for a name that an operator registered.</summary>
    public string? Method { get; init; }

    public DateTimeOffset? ProvenAt { get; init; }

    public DateTimeOffset? ValidUntil { get; init; }

    /// <summary>What was found instead of the proof when it was looked at again.</summary>
    public string? Seen { get; init; }
}

internal sealed record ReviewedLookup(DateTimeOffset At, IReadOnlyList<string> Expected, IReadOnlyList<string> Found, string? Code);

internal sealed record ReviewedHistory(
    string Provider,
    DateTimeOffset Since,
    DateTimeOffset? FirstIssuedAt,
    IReadOnlyDictionary<string, long> Requests
);

internal sealed record ReviewedCertificate(string Provider, string Generation, string SerialNumber, DateTimeOffset NotAfter);

internal sealed record ReviewedNearDuplicate(string Name, string Kind, int Distance, IReadOnlyList<string> Providers);

internal sealed record ReviewedDecision(string Officer, string Decision, string Reason, DateTimeOffset RecordedAt, bool Counts);

internal sealed record ReviewedStatement(string Approve, string Refuse);

using SigningAuthority.Client.CommandLine;
using SigningAuthority.Client.Connections;
using SigningAuthority.Issuance.Approvals;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Revocations;

namespace SigningAuthority.Client.Officers;

/// <summary>A recall as the service shows it to an officer.</summary>
internal sealed record ShownRecall(
    Guid Id,
    string Action,
    string Reason,
    int Members,
    string MembersSha256,
    string Selection,
    string? Note,
    string RequestedBy,
    DateTimeOffset RequestedAt,
    string Status,
    int ApprovalsNeeded,
    int ApprovalsGiven,
    string Officer,
    Guid OfficerId
)
{
    public string Describe() =>
        $"{Id} {Action} {Reason}: {Members} certificates ({Selection}), asked for by {RequestedBy} {RequestedAt:yyyy-MM-dd HH:mm} UTC, "
        + $"{Status}, {ApprovalsGiven} of {ApprovalsNeeded} approvals";

    /// <summary>What is signed: the digest is taken here, over the very set that the service showed.</summary>
    /// <exception cref="WorldFaultException">The answer contradicts itself.</exception>
    public RecallSubject ToSubject(string members)
    {
        using var digest = new RecallDigest();
        try
        {
            foreach (var line in members.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                var parts = line.Split(' ');
                if (parts.Length != 2 || !CertificateSerialNumber.TryParse(parts[1], out var serial))
                    throw Contradicting();
                digest.Add(parts[0], serial);
            }
        }
        catch (ArgumentException)
        {
            throw Contradicting();
        }

        var (count, sha256) = (digest.Count, Convert.ToHexStringLower(digest.Finish()));
        if (
            count != Members
            || sha256 != MembersSha256
            || !RevocationActionNames.TryParse(Action, out var action)
            || !RevocationReasonNames.TryParse(Reason, out var reason)
        )
            throw Contradicting();
        return new RecallSubject(Id, action, reason, count, sha256, RequestedBy);
    }

    public OfficerName ToOfficer() =>
        OfficerName.TryParse(Officer, out var name)
            ? name
            : throw new WorldFaultException("unreadable-answer", "the service does not say who you are.");

    private static WorldFaultException Contradicting() =>
        new("contradicting-answer", "the set that the service shows is not the one that the recall names.");
}

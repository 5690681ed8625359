using System.Text;
using SigningAuthority.Issuance.Approvals;
using SigningAuthority.Issuance.Certificates;

namespace SigningAuthority.Issuance.Revocations;

/// <summary>
/// What the holder of a certificate's private key signs to have it revoked (RSA PKCS#1 v1.5 with SHA-256, as `openssl dgst -sha256 -sign` does).
/// It names no time: what it asks for is for good, so that saying it again does nothing.
/// </summary>
/// <param name="Authority">The issuer's id in the configuration.</param>
/// <param name="Reason">One of a holder's.</param>
public sealed record PossessionStatement(string Authority, CertificateSerialNumber SerialNumber, RevocationReason Reason)
{
    public const string FirstLine = "signing-authority revocation v1";

    /// <summary>UTF-8, each line ended by a line feed.</summary>
    public byte[] Encode() => Encoding.UTF8.GetBytes(ToString());

    public override string ToString() =>
        new StatementText(FirstLine)
            .Line("authority", Authority)
            .Line("serial-number", SerialNumber.Hex)
            .Line("reason", Reason.Name())
            .ToString();
}

/// <summary>What an officer signs to have one certificate revoked, held or released.</summary>
/// <param name="Authority">The issuer's id in the configuration.</param>
/// <param name="Note">For people; empty for none.</param>
/// <param name="OfficerId">Of the officer's registration.</param>
/// <param name="At">When the officer signed; whole seconds count, and a statement is used once.</param>
public sealed record OfficerRevocationStatement(
    string Authority,
    CertificateSerialNumber SerialNumber,
    RevocationAction Action,
    RevocationReason Reason,
    string Note,
    OfficerName Officer,
    Guid OfficerId,
    DateTimeOffset At
)
{
    public const string FirstLine = "signing-authority officer-revocation v1";

    /// <summary>UTF-8, each line ended by a line feed.</summary>
    public byte[] Encode() => Encoding.UTF8.GetBytes(ToString());

    public override string ToString() =>
        new StatementText(FirstLine)
            .Line("authority", Authority)
            .Line("serial-number", SerialNumber.Hex)
            .Line("action", Action.Name())
            .Line("reason", Reason.Name())
            .Line("note", Note)
            .Line("officer", Officer.Value)
            .Line("officer-id", OfficerId.ToString("D"))
            .Line("at", ApprovalStatement.WriteTime(At))
            .ToString();
}

/// <summary>What officers decide on when many certificates are to be revoked, held or released at once.</summary>
/// <param name="Members">How many certificates.</param>
/// <param name="MembersSha256">As <see cref="RecallDigest"/> takes it; lower-case hexadecimal.</param>
/// <param name="RequestedBy">The actor, as the log names it: "operator/operator-1".</param>
public sealed record RecallSubject(
    Guid Recall,
    RevocationAction Action,
    RevocationReason Reason,
    int Members,
    string MembersSha256,
    string RequestedBy
);

/// <summary>The text that an officer signs about a recall.</summary>
/// <param name="Words">Why: for people, in the log.</param>
public sealed record RecallStatement(
    RecallSubject Subject,
    OfficerVerdict Verdict,
    string Words,
    OfficerName Officer,
    Guid OfficerId,
    DateTimeOffset At
)
{
    public const string FirstLine = "signing-authority recall-decision v1";

    /// <summary>UTF-8, each line ended by a line feed.</summary>
    public byte[] Encode() => Encoding.UTF8.GetBytes(ToString());

    public override string ToString() =>
        new StatementText(FirstLine)
            .Line("recall", Subject.Recall.ToString("D"))
            .Line("action", Subject.Action.Name())
            .Line("reason", Subject.Reason.Name())
            .Line("members", Subject.Members.ToString(System.Globalization.CultureInfo.InvariantCulture))
            .Line("members-sha256", Subject.MembersSha256)
            .Line("requested-by", Subject.RequestedBy)
            .Line("decision", Verdict == OfficerVerdict.Approve ? "approve" : "refuse")
            .Line("words", Words)
            .Line("officer", Officer.Value)
            .Line("officer-id", OfficerId.ToString("D"))
            .Line("at", ApprovalStatement.WriteTime(At))
            .ToString();
}

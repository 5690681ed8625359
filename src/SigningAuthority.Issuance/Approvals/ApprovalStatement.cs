using System.Globalization;
using System.Text;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Issuance.Approvals;

public enum OfficerVerdict
{
    Approve,
    Refuse,
}

/// <summary>What an officer decides on: all that shapes the certificates, and who asked. Taken from the request's own bytes wherever they say it.</summary>
/// <param name="CsrSha256">Over the DER, lower-case hexadecimal.</param>
/// <param name="Devices">As the provider wrote them, in its order.</param>
/// <param name="Generations">Ids of the authorities that are to sign; their order means nothing.</param>
/// <param name="SubmittedBy">The actor, as the log names it: "provider/telco".</param>
public sealed record ApprovalSubject(
    SigningRequestId Request,
    string CsrSha256,
    Fqdn Fqdn,
    IReadOnlyList<string> Devices,
    IReadOnlyList<string> Generations,
    string SubmittedBy
);

/// <summary>
/// The text that an officer signs (<see cref="StatementText"/>). One statement has one encoding and one encoding means one statement.
/// </summary>
/// <param name="Reason">For people; goes into the log and, of a refusal, to the provider.</param>
/// <param name="OfficerId">Of the officer's registration: a new key is a new registration.</param>
/// <param name="At">When the officer decided; whole seconds count.</param>
public sealed record ApprovalStatement(
    ApprovalSubject Subject,
    OfficerVerdict Verdict,
    string Reason,
    OfficerName Officer,
    Guid OfficerId,
    DateTimeOffset At
)
{
    public const string FirstLine = "signing-authority officer-decision v1";

    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    public static string WriteTime(DateTimeOffset at) => at.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    public static bool TryReadTime(string text, out DateTimeOffset at) =>
        DateTimeOffset.TryParseExact(text, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out at);

    /// <summary>UTF-8, each line ended by a line feed.</summary>
    public byte[] Encode() => Encoding.UTF8.GetBytes(ToString());

    public override string ToString()
    {
        var text = new StatementText(FirstLine)
            .Line("request", Subject.Request.ToString())
            .Line("csr-sha256", Subject.CsrSha256)
            .Line("fqdn", Subject.Fqdn.Value);
        foreach (var device in Subject.Devices)
            text.Line("device", device);
        foreach (var generation in Subject.Generations.Order(StringComparer.Ordinal))
            text.Line("generation", generation);
        return text.Line("submitted-by", Subject.SubmittedBy)
            .Line("decision", Verdict == OfficerVerdict.Approve ? "approve" : "refuse")
            .Line("reason", Reason)
            .Line("officer", Officer.Value)
            .Line("officer-id", OfficerId.ToString("D"))
            .Line("at", WriteTime(At))
            .ToString();
    }
}

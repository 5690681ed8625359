using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using SigningAuthority.Storage.Notices;

namespace SigningAuthority.Outreach.Notices;

/// <summary>
/// What a person needs to know: which certificate, how long it lasts, and the command that renews it; or that one was issued, and how that
/// is proven; or that the roots changed, and where they are.
/// </summary>
internal static class NoticeText
{
    // The bytes are signed and sent as they are; "https://" and quotes stay readable.
    private static readonly JsonSerializerOptions Spelling = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>A webhook's body.</summary>
    public static byte[] Json(ClaimedNotice claimed, DateTimeOffset now) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new WebhookBody(
                claimed.Notice.Id,
                claimed.Notice.Kind switch
                {
                    NoticeKind.Expiry => "certificate.expiring",
                    NoticeKind.Issuance => "certificate.issued",
                    NoticeKind.Roots => "roots.changed",
                    _ => "test",
                },
                now,
                claimed.Provider,
                Subject(claimed, now),
                claimed.Notice.Certificate is { } certificate ? Describe(claimed.Notice.Kind, certificate, now) : null,
                claimed.Notice is { Kind: NoticeKind.Expiry, Certificate: { } old } ? Renewal(old) : null
            )
            {
                Roots = claimed.Notice.RootsVersion is { } version ? RootsText.Describe(version, claimed.RootChanges) : null,
            },
            Spelling
        );

    /// <summary>One line, printable ASCII.</summary>
    public static string Subject(ClaimedNotice claimed, DateTimeOffset now)
    {
        if (claimed.Notice.Kind == NoticeKind.Roots)
            return RootsText.Subject(claimed.RootChanges);
        if (claimed.Notice.Certificate is not { } certificate)
            return "SigningAuthority: a test of this contact";
        if (claimed.Notice.Kind == NoticeKind.Issuance)
            return $"Certificate of {certificate.Fqdn} ({certificate.Authority}) was issued"
                + (certificate.IsOwn ? "" : ", and not on your request");
        var days = DaysLeft(certificate, now);
        return $"Certificate of {certificate.Fqdn} ({certificate.Authority}) "
            + (
                days switch
                {
                    < 0 => "has ended",
                    0 => "ends today",
                    1 => "ends in 1 day",
                    _ => $"ends in {days.ToString(CultureInfo.InvariantCulture)} days",
                }
            );
    }

    /// <summary>A mail's text, printable ASCII, lines of at most 78 characters where they can be broken.</summary>
    public static string Mail(ClaimedNotice claimed, DateTimeOffset now)
    {
        var text = new StringBuilder();
        text.Append(Subject(claimed, now)).Append(".\r\n\r\n");
        if (claimed.Notice.RootsVersion is { } version)
            return RootsText.Append(text, version, claimed.RootChanges).ToString();
        if (claimed.Notice.Certificate is not { } certificate)
            return text.Append("Somebody at ")
                .Append(claimed.Provider)
                .Append(" asked for this test. Nothing is to be done.\r\n")
                .ToString();

        text.Append("  name           ").Append(certificate.Fqdn).Append("\r\n");
        text.Append("  generation     ").Append(certificate.Authority).Append("\r\n");
        text.Append("  serial number  ").Append(certificate.SerialNumber.Hex).Append("\r\n");
        text.Append("  SHA-256        ").Append(Convert.ToHexStringLower(certificate.Sha256)).Append("\r\n");
        if (claimed.Notice.Kind == NoticeKind.Issuance)
            return AppendIssuance(text, claimed, certificate).ToString();

        text.Append("  valid until    ").Append(Time(certificate.NotAfter)).Append("\r\n");
        text.Append("  devices        ").Append(string.Join(", ", claimed.Devices)).Append("\r\n\r\n");
        text.Append("Devices refuse a server whose certificate has ended. To renew, with a new key:\r\n\r\n");
        var renewal = Renewal(certificate);
        text.Append("  ").Append(renewal.Request).Append("\r\n  ").Append(renewal.Command).Append("\r\n\r\n");
        text.Append("To stop these mails: signctl contact remove ").Append(claimed.Notice.ContactId).Append("\r\n");
        return text.ToString();
    }

    private static StringBuilder AppendIssuance(StringBuilder text, ClaimedNotice claimed, NoticedCertificate certificate)
    {
        text.Append("  valid          ")
            .Append(Time(certificate.NotBefore))
            .Append(" to ")
            .Append(Time(certificate.NotAfter))
            .Append("\r\n");
        text.Append("  asked for by   ").Append(certificate.IsOwn ? "you" : "somebody else").Append("\r\n\r\n");
        text.Append(
            certificate.IsOwn
                ? "If you know nothing of it, a token of yours is in strange hands: tell the operator.\r\n"
                : "You hold this name, and did not ask for this certificate: tell the operator.\r\n"
        );
        text.Append("The proof that it stands in the log:\r\n\r\n  ").Append(Receipt(certificate)).Append("\r\n\r\n");
        return text.Append("To stop these mails: signctl contact remove ").Append(claimed.Notice.ContactId).Append("\r\n");
    }

    /// <summary>Where a provider gets it, with its token.</summary>
    private static string Receipt(NoticedCertificate certificate) =>
        $"/api/v1/provider/watch/receipts/{Convert.ToHexStringLower(certificate.Sha256)}.tlog-proof";

    private static CertificateBody Describe(NoticeKind kind, NoticedCertificate certificate, DateTimeOffset now) =>
        new(
            certificate.IsOwn ? certificate.RequestId.Value : null,
            certificate.Fqdn,
            certificate.Authority,
            certificate.SerialNumber.Hex,
            Convert.ToHexStringLower(certificate.Sha256),
            certificate.NotAfter,
            DaysLeft(certificate, now)
        )
        {
            NotBefore = kind == NoticeKind.Issuance ? certificate.NotBefore : null,
            Own = kind == NoticeKind.Issuance ? certificate.IsOwn : null,
            Receipt = kind == NoticeKind.Issuance ? Receipt(certificate) : null,
        };

    private static RenewalBody Renewal(NoticedCertificate certificate) =>
        new(
            $"openssl req -new -newkey rsa:2048 -nodes -sha256 -keyout provserver.key -out provserver.csr -subj \"/CN={certificate.Fqdn}\"",
            $"signctl renew {certificate.RequestId} provserver.csr",
            $"/api/v1/provider/requests?renews={certificate.RequestId}"
        );

    private static int DaysLeft(NoticedCertificate certificate, DateTimeOffset now) =>
        (int)Math.Floor((certificate.NotAfter - now).TotalDays);

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    private sealed record WebhookBody(
        Guid Id,
        string Type,
        DateTimeOffset SentAt,
        string Provider,
        string Message,
        CertificateBody? Certificate,
        RenewalBody? Renewal
    )
    {
        public RootsBody? Roots { get; init; }
    }

    private sealed record CertificateBody(
        Guid? RequestId,
        string Fqdn,
        string Generation,
        string SerialNumber,
        string Sha256,
        DateTimeOffset NotAfter,
        int DaysLeft
    )
    {
        public DateTimeOffset? NotBefore { get; init; }

        /// <summary>Whether the provider asked for it itself; whose it is else is not told.</summary>
        public bool? Own { get; init; }

        public string? Receipt { get; init; }
    }

    private sealed record RenewalBody(string Request, string Command, string Post);
}

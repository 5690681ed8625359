using System.Net;
using System.Net.Mail;
using System.Net.Mime;
using System.Text;
using SigningAuthority.Outreach.Http;
using SigningAuthority.Storage.Notices;

namespace SigningAuthority.Outreach.Notices;

/// <summary>Hands a notice to the mail relay, as plain text.</summary>
internal sealed class SendMail(DeliverySettings settings, TimeProvider time)
{
    private const int LongestReason = 300;

    /// <exception cref="CallRefusedException">The relay did not take it.</exception>
    public async Task RunAsync(ClaimedNotice claimed, CancellationToken cancellation)
    {
        var relay = settings.Relay ?? throw new CallRefusedException("mail-not-configured", "no mail relay is configured here");
        using var message = Write(claimed, relay);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(settings.AttemptTime);
        try
        {
            using var client = new SmtpClient(relay.Host, relay.Port)
            {
                EnableSsl = relay.IsEncrypted,
                DeliveryFormat = SmtpDeliveryFormat.SevenBit,
                Credentials = await ReadCredentialsAsync(relay, limit.Token),
            };
            await client.SendMailAsync(message, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new CallRefusedException(
                "answer-too-slow",
                $"the mail relay did not answer within {settings.AttemptTime.TotalSeconds:0} s"
            );
        }
        catch (SmtpException failure)
        {
            throw new CallRefusedException("mail-refused", OneLine(failure.InnerException?.Message ?? failure.Message));
        }
    }

    /// <summary>Headers are made of values that were checked before and are checked here again: a line break in one would begin another.</summary>
    internal MailMessage Write(ClaimedNotice claimed, MailRelay relay)
    {
        var now = time.GetUtcNow();
        var (target, subject) = (claimed.Notice.ContactTarget, NoticeText.Subject(claimed, now));
        if (!IsHeaderText(target) || !IsHeaderText(subject) || !MailAddress.TryCreate(target, out var to) || to.Address != target)
            throw new CallRefusedException("mail-address", "the contact's address or the subject can't be a header of a mail");

        var message = new MailMessage(relay.Sender, to)
        {
            Subject = subject,
            Body = NoticeText.Mail(claimed, now),
            BodyEncoding = Encoding.ASCII,
            SubjectEncoding = Encoding.ASCII,
            BodyTransferEncoding = TransferEncoding.SevenBit,
        };
        // The same at each attempt, so that a mail that was taken twice is shown once (RFC 5322 §3.6.4).
        message.Headers.Add("Message-ID", $"<{claimed.Notice.Id}@{relay.Sender.Host}>");
        // RFC 3834 §5: nobody's vacation answers this.
        message.Headers.Add("Auto-Submitted", "auto-generated");
        message.Headers.Add(SendWebhook.IdHeader, claimed.Notice.Id.ToString());
        return message;
    }

    private static async Task<NetworkCredential?> ReadCredentialsAsync(MailRelay relay, CancellationToken cancellation) =>
        relay is { User: { } user, PasswordFile: { } file }
            ? new NetworkCredential(user, (await File.ReadAllTextAsync(file, cancellation)).TrimEnd('\r', '\n'))
            : null;

    private static bool IsHeaderText(string text) => text.Length is > 0 and <= 320 && text.All(c => c is >= ' ' and <= '~');

    private static string OneLine(string text)
    {
        var line = string.Concat(text.Take(LongestReason).Select(c => c is >= ' ' and <= '~' ? c : ' '));
        return text.Length > LongestReason ? line + "…" : line;
    }
}

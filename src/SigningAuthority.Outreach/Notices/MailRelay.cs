using System.Net.Mail;

namespace SigningAuthority.Outreach.Notices;

/// <summary>The mail server that takes our mail.</summary>
/// <param name="IsEncrypted">STARTTLS (RFC 3207), required: never a fall-back to plain text.</param>
/// <param name="User">For AUTH, with <paramref name="PasswordFile"/>; null for none.</param>
internal sealed record MailRelay(string Host, int Port, MailAddress Sender, bool IsEncrypted, string? User, string? PasswordFile)
{
    /// <returns>Null when Outreach:Smtp:Host is not set.</returns>
    /// <exception cref="InvalidOperationException">A value can't be read; the message names its key.</exception>
    public static MailRelay? From(IConfiguration configuration)
    {
        if (configuration["Outreach:Smtp:Host"] is not { Length: > 0 } host)
            return null;
        var isEncrypted = (configuration["Outreach:Smtp:Tls"] ?? "starttls") switch
        {
            "starttls" => true,
            "none" => false,
            _ => throw new InvalidOperationException("Outreach:Smtp:Tls is starttls or none."),
        };
        var (user, passwordFile) = (configuration["Outreach:Smtp:User"], configuration["Outreach:Smtp:PasswordFile"]);
        if (string.IsNullOrEmpty(user) != string.IsNullOrEmpty(passwordFile))
            throw new InvalidOperationException("Outreach:Smtp:User and Outreach:Smtp:PasswordFile belong together.");
        if (user is { Length: > 0 } && !isEncrypted)
            throw new InvalidOperationException("Outreach:Smtp:Tls is none: a password is not sent in the clear.");
        return new MailRelay(
            host,
            DeliverySettings.Number(configuration, "Outreach:Smtp:Port", 25, 65_535),
            MailAddress.TryCreate(configuration["Outreach:Smtp:From"], out var sender)
                ? sender
                : throw new InvalidOperationException("Outreach:Smtp:From is no mail address."),
            isEncrypted,
            string.IsNullOrEmpty(user) ? null : user,
            string.IsNullOrEmpty(passwordFile) ? null : passwordFile
        );
    }
}

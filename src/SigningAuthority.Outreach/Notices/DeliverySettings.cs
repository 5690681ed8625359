using System.Globalization;

namespace SigningAuthority.Outreach.Notices;

/// <summary>How notices are delivered; "A:B" is the variable A__B.</summary>
/// <param name="AttemptTime">For one attempt, from the first question to the last octet.</param>
/// <param name="FirstRetry">After the first failure; doubled after each further one.</param>
/// <param name="LongestRetry">Never more than this between two attempts.</param>
/// <param name="GiveUpAfter">From the first attempt.</param>
/// <param name="Relay">Null where no mail is sent.</param>
internal sealed record DeliverySettings(
    TimeSpan AttemptTime,
    TimeSpan FirstRetry,
    TimeSpan LongestRetry,
    TimeSpan GiveUpAfter,
    MailRelay? Relay
)
{
    /// <summary>Longer than an attempt and the writing down of its result.</summary>
    public TimeSpan Lease => AttemptTime + TimeSpan.FromSeconds(45);

    /// <exception cref="InvalidOperationException">A value can't be read; the message names its key.</exception>
    public static DeliverySettings From(IConfiguration configuration) =>
        new(
            Seconds(configuration, "Outreach:Notices:AttemptSeconds", 15, 300),
            Seconds(configuration, "Outreach:Notices:FirstRetrySeconds", 60, 86_400),
            Seconds(configuration, "Outreach:Notices:LongestRetrySeconds", 21_600, 86_400),
            Seconds(configuration, "Outreach:Notices:GiveUpAfterSeconds", 259_200, 2_592_000),
            MailRelay.From(configuration)
        );

    internal static int Number(IConfiguration configuration, string key, int otherwise, int largest)
    {
        if (configuration[key] is not { Length: > 0 } text)
            return otherwise;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= largest
            ? number
            : throw new InvalidOperationException($"{key} is a whole number from 1 to {largest}.");
    }

    private static TimeSpan Seconds(IConfiguration configuration, string key, int otherwise, int largest) =>
        TimeSpan.FromSeconds(Number(configuration, key, otherwise, largest));
}

namespace SigningAuthority.Issuance.Firmware;

/// <summary>When the certificate is valid, and for how long. RFC 5280 §4.1.2.5: both ends belong to the period.</summary>
internal static class ValidityPeriod
{
    private const string Source = "RFC 5280 §4.1.2.5, §6.1.3";

    private static readonly FirmwareRule NotYet = new(
        RefusalCodes.NotYetValid,
        Source,
        "set the server's and the phone's clocks right (NTP)"
    );
    private static readonly FirmwareRule Over = new(
        RefusalCodes.Expired,
        Source,
        "renew the certificate: submit a request for the same name again, install what is issued"
    );
    private static readonly FirmwareRule TooLong = new(
        RefusalCodes.ValidityTooLong,
        "ca-config: devicesAccept.longestValidityDays of the generation, firmwareAccepts of the family",
        "the operator shortens validityDays of the profile; then ask again"
    );

    public static Refusal? JudgeClock(ServerCertificate certificate, DateTimeOffset now)
    {
        if (now < certificate.NotBefore)
            return NotYet.BrokenBy("The certificate is not valid yet.", $"a clock at or after {Utc(certificate.NotBefore)}", Utc(now));
        return now > certificate.NotAfter
            ? Over.BrokenBy("The certificate has expired.", $"a clock until {Utc(certificate.NotAfter)}", Utc(now))
            : null;
    }

    public static Refusal? JudgeLength(ServerCertificate certificate, FirmwareTolerance tolerance)
    {
        var length = certificate.NotAfter - certificate.NotBefore + TimeSpan.FromSeconds(1);
        return tolerance.LongestValidityDays is { } days && length > TimeSpan.FromDays(days)
            ? TooLong.BrokenBy(
                "The certificate is valid for longer than this firmware accepts.",
                $"{days} days or fewer",
                $"{length.TotalDays:0.#} days"
            )
            : null;
    }

    private static string Utc(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'");
}

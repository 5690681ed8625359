namespace SigningAuthority.Issuance.Firmware;

/// <summary>One reason why a phone would not use a server.</summary>
/// <param name="Code">Stable, kebab-case; the firmware's own are in <see cref="RefusalCodes"/>.</param>
/// <param name="Message">One sentence for a person.</param>
/// <param name="Expected">What the phone wants.</param>
/// <param name="Actual">What it gets.</param>
/// <param name="Source">Where the rule comes from.</param>
/// <param name="Fix">What mends it.</param>
public sealed record Refusal(string Code, string Message, string Expected, string Actual, string Source = "", string Fix = "");

/// <summary>A firmware's rule: its code, where it comes from, and what its breaker does about it. Declared beside the check that applies it.</summary>
public sealed record FirmwareRule(string Code, string Source, string Fix)
{
    public Refusal BrokenBy(string message, string expected, string actual) => new(Code, message, expected, actual, Source, Fix);
}

/// <summary>The stable codes of what firmware checks on a server. Scripts compare them; they don't change.</summary>
public static class RefusalCodes
{
    public const string UnreadableCertificate = "unreadable-certificate";
    public const string ChainNotToRoot = "chain-not-to-root";
    public const string ChainTooLong = "chain-too-long";
    public const string NotRsa = "not-rsa";
    public const string KeyTooLarge = "key-too-large";
    public const string SignatureHash = "signature-hash";
    public const string KeyUsage = "key-usage";
    public const string ExtendedKeyUsage = "extended-key-usage";
    public const string NotYetValid = "not-yet-valid";
    public const string Expired = "expired";
    public const string ValidityTooLong = "validity-too-long";
    public const string CommonNameGrammar = "cn-grammar";
    public const string CommonNameMismatch = "cn-mismatch";
    public const string AlternativeNameNotTolerated = "san-not-tolerated";
    public const string AlternativeNameMismatch = "san-mismatch";
    public const string AddressMismatch = "address-mismatch";

    /// <summary>In a matrix: firmware of this range has no such root compiled in.</summary>
    public const string RootNotInFirmware = "root-not-in-firmware";

    /// <summary>In a matrix: no certificate of this generation is asked for, or there is none.</summary>
    public const string NoCertificate = "no-certificate";
}

namespace SigningAuthority.Client.Phones;

/// <summary>One reason why a phone would not use a server, or the server not serve the phone.</summary>
/// <param name="Code">One of <see cref="RefusalCodes"/>.</param>
internal sealed record Refusal(string Code, string Message, string Expected, string Actual);

/// <summary>The stable codes. Scripts compare them; they don't change.</summary>
internal static class RefusalCodes
{
    public const string UnreadableCertificate = "unreadable-certificate";
    public const string ChainNotToRoot = "chain-not-to-root";
    public const string ChainTooLong = "chain-too-long";
    public const string NotRsa = "not-rsa";
    public const string KeyUsage = "key-usage";
    public const string NotYetValid = "not-yet-valid";
    public const string Expired = "expired";
    public const string CommonNameGrammar = "cn-grammar";
    public const string CommonNameMismatch = "cn-mismatch";
    public const string AddressMismatch = "address-mismatch";

    /// <summary>The server turned away the phone's certificate, or the phone for having none.</summary>
    public const string ClientCertificateRefused = "client-certificate-refused";

    /// <summary>The server keeps the file for the device whose MAC address is in its name.</summary>
    public const string OtherDeviceFile = "other-device-file";
}

namespace SigningAuthority.Issuance.Certificates;

/// <summary>Object identifiers of algorithms, attributes and extensions, each with its source.</summary>
public static class ObjectIdentifiers
{
    // RFC 8017 appendix C, RFC 4055.
    public const string RsaEncryption = "1.2.840.113549.1.1.1";
    public const string Sha1WithRsa = "1.2.840.113549.1.1.5";
    public const string Sha256WithRsa = "1.2.840.113549.1.1.11";
    public const string Sha384WithRsa = "1.2.840.113549.1.1.12";
    public const string Sha512WithRsa = "1.2.840.113549.1.1.13";

    // RFC 5480.
    public const string EcPublicKey = "1.2.840.10045.2.1";

    // RFC 2985 §5.4.
    public const string ChallengePassword = "1.2.840.113549.1.9.7";
    public const string ExtensionRequest = "1.2.840.113549.1.9.14";

    // RFC 5280 §4.2.1.
    public const string SubjectKeyIdentifier = "2.5.29.14";
    public const string KeyUsage = "2.5.29.15";
    public const string SubjectAlternativeName = "2.5.29.17";
    public const string BasicConstraints = "2.5.29.19";
    public const string AuthorityKeyIdentifier = "2.5.29.35";
    public const string ExtendedKeyUsage = "2.5.29.37";

    public const string CrlDistributionPoints = "2.5.29.31";

    // RFC 5280 §5.2, §5.3: extensions of CRLs and of their entries.
    public const string CrlNumber = "2.5.29.20";
    public const string ReasonCode = "2.5.29.21";
    public const string DeltaCrlIndicator = "2.5.29.27";
    public const string IssuingDistributionPoint = "2.5.29.28";
    public const string FreshestCrl = "2.5.29.46";

    // RFC 5280 §4.2.2.1.
    public const string AuthorityInformationAccess = "1.3.6.1.5.5.7.1.1";
    public const string AccessOcsp = "1.3.6.1.5.5.7.48.1";
    public const string AccessCaIssuers = "1.3.6.1.5.5.7.48.2";

    // RFC 6960 §4.2.1, §4.4.1, §4.2.2.2.1.
    public const string OcspBasic = "1.3.6.1.5.5.7.48.1.1";
    public const string OcspNonce = "1.3.6.1.5.5.7.48.1.2";
    public const string OcspNoCheck = "1.3.6.1.5.5.7.48.1.5";

    // RFC 3279 §2.1, RFC 5754 §2.2.
    public const string Sha1 = "1.3.14.3.2.26";
    public const string Sha256 = "2.16.840.1.101.3.4.2.1";

    // RFC 4108 §5.
    public const string HardwareModuleName = "1.3.6.1.5.5.7.8.4";

    // RFC 5280 §4.2.1.12.
    public const string ServerAuth = "1.3.6.1.5.5.7.3.1";
    public const string ClientAuth = "1.3.6.1.5.5.7.3.2";
    public const string OcspSigning = "1.3.6.1.5.5.7.3.9";
}

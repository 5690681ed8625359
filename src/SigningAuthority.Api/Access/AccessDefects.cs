namespace SigningAuthority.Api.Access;

/// <summary>Why a caller is turned away: stable codes, in the log and in the answer, each with the sentence that its reader needs.</summary>
internal static class AccessDefects
{
    public const string NoToken = "no-token";
    public const string NotBearer = "not-a-bearer-token";
    public const string TokenNotValid = "token-unknown-expired-or-revoked";
    public const string NoCertificate = "no-client-certificate";
    public const string CertificateUntrusted = "certificate-not-of-the-station-authority";
    public const string CertificateExpired = "certificate-expired-or-not-yet-valid";
    public const string CertificateNotForClients = "certificate-not-for-client-authentication";
    public const string StationUnknown = "station-unknown-or-revoked";
    public const string WrongRole = "wrong-role";

    public static string Describe(string defect) =>
        defect switch
        {
            NoToken => "Send your token: Authorization: Bearer sa_…",
            NotBearer => "Only bearer tokens are understood here: Authorization: Bearer sa_…",
            TokenNotValid => "The token is unknown, expired or revoked: ask the operator for a new one.",
            NoCertificate => "A station signs in with its client certificate (mutual TLS): none was presented.",
            CertificateUntrusted => "The client certificate was not issued by the station authority.",
            CertificateExpired => "The client certificate has expired or is not valid yet: enrol the station again, or set its clock.",
            CertificateNotForClients => "The client certificate is not meant for client authentication (RFC 5280 §4.2.1.12).",
            StationUnknown => "No working station is enrolled with this certificate: ask the operator to enrol it.",
            WrongRole => "The credential is good, but not for this address.",
            _ => "Access is refused.",
        };
}

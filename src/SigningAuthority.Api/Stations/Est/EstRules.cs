using SigningAuthority.Issuance.Policy;

namespace SigningAuthority.Api.Stations.Est;

/// <summary>What EST asks of a request beyond the policy for devices.</summary>
internal static class EstRules
{
    public static readonly Rule NotBase64 = new("est-not-base64", "RFC 7030 §4.2.1, RFC 8951 §3.1");
    public static readonly Rule NoDevice = new("est-subject-without-device", "RFC 7030 §4.2.1; profiles/*.json subject");
    public static readonly Rule TwoDevices = new("est-subject-contradicts-itself", "profiles/*.json subject");
    public static readonly Rule NothingToRenew = new("est-nothing-to-renew", "RFC 7030 §4.2.2");
    public static readonly Rule OtherSubject = new("est-other-subject", "RFC 7030 §4.2.2: the subject of the certificate that is renewed");
}

using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Issuance.Firmware;

/// <summary>The names in a certificate: the common name's grammar, and whether common name and subjectAltName are the host's.</summary>
internal static class HostNames
{
    private const string Guide = "provisioning guide: the CN is the FQDN of the server, optionally followed by \"/\"";

    private static readonly FirmwareRule Grammar = new(
        RefusalCodes.CommonNameGrammar,
        Guide + "; RFC 5280 appendix A.1: 64 characters",
        "openssl req -new -key provserver.key -sha256 -out provserver.csr -subj \"/CN=prov.example.com\""
    );
    private static readonly FirmwareRule OtherHost = new(
        RefusalCodes.CommonNameMismatch,
        Guide,
        "put the certificate's own name into the phones' profile rule, or ask for a certificate of the name that stands there"
    );
    private static readonly FirmwareRule NotTolerated = new(
        RefusalCodes.AlternativeNameNotTolerated,
        "ca-config: subjectAlternativeName NotTolerated; unknown in the field for old firmware",
        "the operator sets subjectAlternativeName of the generation to NotTolerated; then ask again"
    );
    private static readonly FirmwareRule NotNamed = new(
        RefusalCodes.AlternativeNameMismatch,
        "later multiplatform firmware checks subjectAltName and CN (RFC 6125 §6.4); ca-config: subjectAlternativeName Checked",
        "install the certificate as this authority issues it: its subjectAltName has the name"
    );

    /// <summary>"CN = FQDN of the host, optionally followed by '/' and anything". Null when the certificate has no such name.</summary>
    public static ServerCommonName? Read(ServerCertificate certificate) =>
        certificate.CommonNames is [var only] && ServerCommonName.TryParse(only, out var name) ? name : null;

    public static Refusal? JudgeGrammar(ServerCertificate certificate) =>
        Read(certificate) is not null
            ? null
            : Grammar.BrokenBy(
                "The common name is not that of a provisioning server.",
                "one CN: FQDN, or FQDN/anything, at most 64 characters",
                certificate.CommonNames.Count == 0 ? "no CN" : string.Join(" and ", certificate.CommonNames)
            );

    public static Refusal? JudgeHost(ServerCommonName name, Fqdn host) =>
        name.Fqdn == host ? null : OtherHost.BrokenBy("The certificate is another host's.", host.Value, name.Text);

    public static Refusal? JudgeAlternativeNames(ServerCertificate certificate, FirmwareTolerance tolerance, Fqdn? host) =>
        (tolerance.SubjectAlternativeName, certificate.AlternativeNames) switch
        {
            (AlternativeNameHandling.NotTolerated, { } names) => NotTolerated.BrokenBy(
                "This firmware refuses certificates with a subjectAltName.",
                "no subjectAltName",
                string.Join(", ", names)
            ),
            // Without a name in the grammar there is nothing to compare; that alone is a refusal.
            (AlternativeNameHandling.Checked, _) when host is null => null,
            (AlternativeNameHandling.Checked, { } names) when names.Contains(host!.Value, StringComparer.OrdinalIgnoreCase) => null,
            (AlternativeNameHandling.Checked, var names) => NotNamed.BrokenBy(
                "This firmware wants the host in the subjectAltName too.",
                $"DNS:{host}",
                names is null ? "no subjectAltName" : string.Join(", ", names)
            ),
            _ => null,
        };
}

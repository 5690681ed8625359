using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Issuance.Policy;

/// <summary>The common name of a provisioning server: the firmware's grammar, and who may ask for it.</summary>
internal sealed class CommonNameRules : RuleSet<ProvisioningServerFacts>
{
    private const string Field = "csr.subject.commonName";
    private const string Expected =
        "the server's FQDN, optionally followed by \"/\" and anything printable: prov.example.com or prov.example.com/mailto:admin@example.com";
    private const string Fix = "openssl req -new -key provserver.key -sha256 -out provserver.csr -subj \"/CN=prov.example.com\"";
    private const string Guide = "provisioning guide: the CN is the FQDN of the server, optionally followed by \"/\"";

    private static readonly Rule Missing = new("common-name-missing", Guide);
    private static readonly Rule Several = new(
        "common-name-several",
        "RFC 6125 §2.3.1: which one is the server's would be anybody's guess"
    );
    private static readonly Rule TooLong = new("common-name-too-long", "RFC 5280 appendix A.1: ub-common-name 64");
    private static readonly Rule NotPrintable = new("common-name-not-printable", "RFC 5280 §4.1.2.4; firmware reads ASCII");
    private static readonly Rule Wildcard = new("common-name-wildcard", "firmware compares the address of one host; RFC 6125 §7.2");
    private static readonly Rule IpLiteral = new("common-name-ip-literal", "firmware resolves the name's A record");
    private static readonly Rule Punycode = new("common-name-punycode", "RFC 5890 §2.3.2.1; firmware knows no internationalized names");
    private static readonly Rule NotFqdn = new("common-name-not-fqdn", "RFC 1034 §3.5; " + Guide);
    private static readonly Rule NotRegistered = new("name-not-registered", "a provider's names are registered before they are certified");

    private static readonly Rule ProofExpired = new(
        "name-proof-expired",
        "policy.json names.provenForDays: a name may change hands, so a proof ages (CA/B BR 4.2.1)"
    );

    public CommonNameRules() => Check(Find);

    private static IEnumerable<Violation> Find(ProvisioningServerFacts facts)
    {
        var names = facts.Request.Subject.Values(Certificates.NameAttributeTypes.CommonName).ToList();
        if (names.Count == 0)
        {
            yield return Missing.BrokenBy(Field, Expected, "none", "The subject has no common name.", Fix);
            yield break;
        }

        if (names.Count > 1)
            yield return Several.BrokenBy(
                Field,
                "one",
                $"{names.Count}: {string.Join(" | ", names)}",
                "The subject has several common names.",
                Fix
            );
        foreach (var violation in names.SelectMany(FindInText))
            yield return violation;
        foreach (
            var name in names.Where(name =>
                Fqdn.TryParse(ServerCommonName.HostPart(name), out var fqdn) && !facts.Names.Any(registered => registered.Covers(fqdn))
            )
        )
        {
            var host = Fqdn.Parse(ServerCommonName.HostPart(name));
            if (
                facts.Names.FirstOrDefault(registered =>
                    registered.ProofEndedAt is not null && host.IsUnder(registered.Suffix, registered.IncludeSubdomains)
                ) is
                { } aged
            )
            {
                yield return ProofExpired.BrokenBy(
                    Field,
                    "a name whose proof is in force",
                    $"{host}: the proof of {aged.Suffix} ended {aged.ProofEndedAt:yyyy-MM-dd}",
                    "You proved this name, and the proof has aged out.",
                    $"signctl name prove {aged.Suffix} --dns{(aged.IncludeSubdomains ? " --subdomains" : "")}"
                );
                continue;
            }

            // Nothing is said of who else may hold the name.
            yield return NotRegistered.BrokenBy(
                Field,
                facts.Names.All(registered => registered.ProofEndedAt is not null)
                    ? "a registered name (you have none yet)"
                    : "a name under "
                        + string.Join(
                            ", ",
                            facts.Names.Where(registered => registered.ProofEndedAt is null).Select(registered => registered.Suffix)
                        ),
                ServerCommonName.HostPart(name),
                "This name is not registered for you.",
                "prove the name yourself (signctl name prove NAME --dns), or ask the operator to register it; then upload again"
            );
        }
    }

    private static IEnumerable<Violation> FindInText(string text)
    {
        if (text.Length > ServerCommonName.MaximumLength)
            yield return TooLong.BrokenBy(
                Field,
                "at most 64 characters, suffix included",
                $"{text.Length} characters",
                "The common name is too long; drop or shorten what follows the \"/\".",
                Fix
            );
        if (!ServerCommonName.IsPrintableAscii(text))
            yield return NotPrintable.BrokenBy(
                Field,
                "printable ASCII",
                text,
                "The common name has characters that firmware can't read.",
                Fix
            );

        var host = ServerCommonName.HostPart(text);
        var broken = Fqdn.Explain(host) switch
        {
            FqdnDefect.None => null,
            FqdnDefect.Wildcard => Wildcard.BrokenBy(
                Field,
                Expected,
                text,
                "Wildcards are not issued: a device compares one host's address.",
                Fix
            ),
            FqdnDefect.IpLiteral => IpLiteral.BrokenBy(
                Field,
                Expected,
                text,
                "An IP address is no name; devices resolve the name and compare.",
                Fix
            ),
            FqdnDefect.Punycode => Punycode.BrokenBy(Field, Expected, text, "Internationalized names are not known to the devices.", Fix),
            FqdnDefect.NotAscii => ServerCommonName.IsPrintableAscii(text)
                ? null
                : NotFqdn.BrokenBy(Field, Expected, text, FqdnDefect.NotAscii.Describe(), Fix),
            FqdnDefect.Empty => NotFqdn.BrokenBy(Field, Expected, text, "The common name is empty before the \"/\".", Fix),
            var defect => NotFqdn.BrokenBy(Field, Expected, text, defect.Describe(), Fix),
        };
        if (broken is not null)
            yield return broken;
    }
}

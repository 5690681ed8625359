using System.Reflection;
using SigningAuthority.Issuance.Policy;

namespace SigningAuthority.Api.Publication;

/// <summary>What a provider does about a refusal.</summary>
/// <param name="Source">Where the rule comes from, as the rule itself says.</param>
internal sealed record AdvisedRule(string Code, string Advice, string Source);

/// <summary>The refusals that providers meet, in the order in which a request is looked at. Codes and sources are those of the rules in this program.</summary>
internal static class RefusalAdvice
{
    private static readonly (string Code, string Advice)[] Advice =
    [
        ("csr-private-key", "You sent a private key. Make a new key and a new CSR, and send the CSR alone."),
        ("csr-not-pem-or-der", "Send the .csr file itself: it begins with -----BEGIN CERTIFICATE REQUEST-----."),
        ("csr-truncated", "The end is missing: copy the file again, the last line included."),
        ("csr-several-blocks", "Send one CSR at a time."),
        ("proof-of-possession", "The CSR was changed after it was signed, or signed with another key: make it anew."),
        ("request-hash", "Make the CSR with -sha256."),
        ("key-not-rsa", "Old phones know RSA alone: -newkey rsa:2048."),
        ("key-too-small", "The guides' example had 1024 bits; use -newkey rsa:2048."),
        ("key-too-large", "Old phones don't get along with it: -newkey rsa:2048."),
        ("key-exponent", "Let openssl choose the exponent: leave -pkeyopt rsa_keygen_pubexp out."),
        ("key-roca", "The key was made by faulty hardware: make it with openssl, and replace the hardware."),
        ("key-close-primes", "The key was made by faulty software: make it with openssl."),
        ("key-of-another-provider", "This key is certified elsewhere: make one of your own, and find out how it got there."),
        ("key-of-device", "This key is a phone's: make one for the server."),
        ("common-name-missing", "Name the server: -subj /CN=prov.example.com."),
        ("common-name-wildcard", "Phones compare the whole name: one CSR for each server name."),
        ("common-name-ip-literal", "Phones look the name up: use the server's name, not its address."),
        ("common-name-not-fqdn", "The whole name in ASCII, without a trailing dot: prov.example.com."),
        ("common-name-too-long", "64 characters in all, what follows the slash included."),
        ("name-not-registered", "Prove the name first (step 3), or ask the operator to register it."),
        ("san-foreign", "Leave subjectAltName out, or name the CN's host alone."),
        ("challenge-password", "Leave the challenge password empty."),
        ("extension-not-accepted", "Leave extensions out of the CSR: the certificate gets those that phones need."),
        ("devices-missing", "Say which phones you serve: --device SPA962, once for each model."),
        ("device-unknown", "The models that are known: signctl check lists them in its answer."),
        ("device-firmware-without-root", "No root is in that model's firmware at this version: name the firmware that your phones run."),
        ("idempotency-key-reused", "A new Idempotency-Key for each new request."),
    ];

    public static IReadOnlyList<AdvisedRule> All { get; } = Read();

    /// <exception cref="InvalidOperationException">No rule has a code that is advised on.</exception>
    private static List<AdvisedRule> Read()
    {
        var sources = new[] { typeof(Rule).Assembly, typeof(RefusalAdvice).Assembly }
            .SelectMany(assembly => assembly.GetTypes())
            .Where(type => !type.ContainsGenericParameters)
            .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Where(field => field.FieldType == typeof(Rule))
            .Select(field => (Rule)field.GetValue(null)!)
            .ToLookup(rule => rule.Code, rule => rule.Source);
        return
        [
            .. Advice.Select(advised =>
                sources[advised.Code].FirstOrDefault() is { } source
                    ? new AdvisedRule(advised.Code, advised.Advice, source)
                    : throw new InvalidOperationException($"There is no rule '{advised.Code}' to give advice on.")
            ),
        ];
    }
}

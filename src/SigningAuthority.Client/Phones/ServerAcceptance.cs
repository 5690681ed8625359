using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Client.Phones;

/// <summary>All that a phone goes by when it judges a server.</summary>
/// <param name="Certificate">The server's certificate, DER.</param>
/// <param name="OtherCertificates">Whatever else the server sent, DER each. They can only explain a refusal, never mend it.</param>
/// <param name="Root">The self-signed root of the phone's generation, DER.</param>
/// <param name="Host">The host of the provisioning address.</param>
/// <param name="HostAddresses">The A records of <paramref name="Host"/>.</param>
/// <param name="Peer">The address that the phone is connected to.</param>
/// <param name="Now">The phone's clock.</param>
internal sealed record ServerEvidence(
    ReadOnlyMemory<byte> Certificate,
    IReadOnlyList<ReadOnlyMemory<byte>> OtherCertificates,
    ReadOnlyMemory<byte> Root,
    Fqdn Host,
    IReadOnlyList<IPAddress> HostAddresses,
    IPAddress Peer,
    DateTimeOffset Now
);

/// <summary>The firmware's rules for a provisioning server. Pure: the same evidence always gives the same verdict.</summary>
internal static class ServerAcceptance
{
    private const X509KeyUsageFlags NeededUsage = X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment;

    /// <summary>Every rule that the server breaks, the chain first; empty when the phone accepts it.</summary>
    public static IReadOnlyList<Refusal> Judge(ServerEvidence evidence)
    {
        X509Certificate2 certificate;
        try
        {
            certificate = X509CertificateLoader.LoadCertificate(evidence.Certificate.Span);
        }
        catch (CryptographicException)
        {
            return
            [
                new Refusal(
                    RefusalCodes.UnreadableCertificate,
                    "The server's certificate can't be read.",
                    "an X.509 certificate",
                    "other bytes"
                ),
            ];
        }

        using (certificate)
        {
            var name = ReadCommonName(certificate, out var nameRefusal);
            Refusal?[] refusals =
            [
                OneLinkChain.Judge(evidence, certificate),
                RsaKey(certificate),
                KeyUsage(certificate),
                Validity(certificate, evidence.Now),
                nameRefusal,
                name is null ? null : NamesTheHost(name, evidence.Host),
                // Only a name that is the host's has a claim to the host's addresses.
                name is not null
                && name.Fqdn == evidence.Host
                    ? ConnectedToTheName(name.Fqdn, evidence.HostAddresses, evidence.Peer)
                    : null,
            ];
            return [.. refusals.OfType<Refusal>()];
        }
    }

    // The old firmware's cipher list is RSA and DHE_RSA: no other key can serve it.
    private static Refusal? RsaKey(X509Certificate2 certificate)
    {
        using var key = certificate.GetRSAPublicKey();
        return key is not null
            ? null
            : new Refusal(
                RefusalCodes.NotRsa,
                "The firmware's cipher suites need an RSA key.",
                "RSA",
                certificate.PublicKey.Oid.FriendlyName ?? certificate.PublicKey.Oid.Value ?? "another key"
            );
    }

    // RSA key exchange enciphers the premaster secret to the certificate's key; DHE_RSA signs with it (RFC 5246 §7.4.2).
    private static Refusal? KeyUsage(X509Certificate2 certificate)
    {
        var usage = certificate.Extensions.OfType<X509KeyUsageExtension>().FirstOrDefault()?.KeyUsages;
        return usage is { } flags && (flags & NeededUsage) == NeededUsage
            ? null
            : new Refusal(
                RefusalCodes.KeyUsage,
                "The certificate's key may not be used as the firmware's cipher suites do.",
                "digitalSignature, keyEncipherment",
                usage?.ToString() ?? "no keyUsage extension"
            );
    }

    // RFC 5280 §4.1.2.5: both ends belong to the period.
    private static Refusal? Validity(X509Certificate2 certificate, DateTimeOffset now)
    {
        var (from, until) = (certificate.NotBefore.ToUniversalTime(), certificate.NotAfter.ToUniversalTime());
        var clock = now.UtcDateTime;
        if (clock < from)
            return new Refusal(
                RefusalCodes.NotYetValid,
                "The certificate is not valid yet.",
                $"a clock at or after {Utc(from)}",
                Utc(clock)
            );
        return clock > until
            ? new Refusal(RefusalCodes.Expired, "The certificate has expired.", $"a clock until {Utc(until)}", Utc(clock))
            : null;
    }

    // "CN = FQDN of the host, optionally followed by '/' and anything".
    private static ServerCommonName? ReadCommonName(X509Certificate2 certificate, out Refusal? refusal)
    {
        var names = SubjectAttributes.Of(certificate.SubjectName, SubjectAttributes.CommonName);
        var name = names.Count == 1 && ServerCommonName.TryParse(names[0], out var parsed) ? parsed : null;
        refusal = name is not null
            ? null
            : new Refusal(
                RefusalCodes.CommonNameGrammar,
                "The common name is not that of a provisioning server.",
                "one CN: FQDN, or FQDN/anything, at most 64 characters",
                names.Count == 0 ? "no CN" : string.Join(" and ", names)
            );
        return name;
    }

    private static Refusal? NamesTheHost(ServerCommonName name, Fqdn host) =>
        name.Fqdn == host
            ? null
            : new Refusal(RefusalCodes.CommonNameMismatch, "The certificate is another host's.", host.Value, name.Text);

    // The firmware looks the certificate's name up and compares: a stolen certificate is of no use at another address.
    private static Refusal? ConnectedToTheName(Fqdn name, IReadOnlyList<IPAddress> addresses, IPAddress peer) =>
        addresses.Contains(peer)
            ? null
            : new Refusal(
                RefusalCodes.AddressMismatch,
                $"The connection does not lead to an address of {name}.",
                addresses.Count == 0 ? $"an A record of {name}; there is none" : string.Join(", ", addresses),
                peer.ToString()
            );

    private static string Utc(DateTime time) => time.ToString("yyyy-MM-dd HH:mm:ss'Z'");
}

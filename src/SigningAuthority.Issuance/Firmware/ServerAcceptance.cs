using System.Net;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Issuance.Firmware;

/// <summary>All that a phone goes by when it judges a server.</summary>
/// <param name="Certificate">The server's certificate, DER.</param>
/// <param name="OtherCertificates">Whatever else the server sent, DER each. They can only explain a refusal, never mend it.</param>
/// <param name="Root">The self-signed root of the phone's generation, DER.</param>
/// <param name="Host">The host of the provisioning address.</param>
/// <param name="HostAddresses">The A records of <paramref name="Host"/>.</param>
/// <param name="Peer">The address that the phone is connected to.</param>
/// <param name="Now">The phone's clock.</param>
public sealed record ServerEvidence(
    ReadOnlyMemory<byte> Certificate,
    IReadOnlyList<ReadOnlyMemory<byte>> OtherCertificates,
    ReadOnlyMemory<byte> Root,
    Fqdn Host,
    IReadOnlyList<IPAddress> HostAddresses,
    IPAddress Peer,
    DateTimeOffset Now
)
{
    /// <summary>The phone's firmware, as far as it is known.</summary>
    public FirmwareTolerance Tolerance { get; init; } = FirmwareTolerance.Unknown;
}

/// <summary>The firmware's rules for a provisioning server. Pure: the same evidence always gives the same verdict.</summary>
public static class ServerAcceptance
{
    private static readonly FirmwareRule Unreadable = new(
        RefusalCodes.UnreadableCertificate,
        "RFC 5280 §4.1",
        "install the certificate as it was downloaded"
    );

    /// <summary>Every rule that the server breaks, the chain first; empty when the phone accepts it.</summary>
    public static IReadOnlyList<Refusal> Judge(ServerEvidence evidence)
    {
        if (ServerCertificate.Read(evidence.Certificate) is not { } certificate)
            return [CanNotBeRead()];

        // Only a name that is the host's has a claim to the host's addresses.
        var isHosts = HostNames.Read(certificate)?.Fqdn == evidence.Host;
        Refusal?[] refusals =
        [
            OneLinkChain.Judge(evidence.Certificate, evidence.Root, evidence.OtherCertificates),
            .. JudgeCertificate(certificate, evidence.Tolerance, evidence.Host, evidence.Now),
            isHosts ? PeerAddress.Judge(evidence.Host, evidence.HostAddresses, evidence.Peer) : null,
        ];
        return [.. refusals.OfType<Refusal>()];
    }

    /// <summary>The rules that look at the certificate alone: what the phone and the acceptance matrix have in common.</summary>
    /// <param name="certificate">Read or foreseen.</param>
    /// <param name="tolerance">The firmware's.</param>
    /// <param name="host">The host of the provisioning address; null for whatever host the certificate names.</param>
    /// <param name="now">The phone's clock.</param>
    internal static IEnumerable<Refusal> JudgeCertificate(
        ServerCertificate certificate,
        FirmwareTolerance tolerance,
        Fqdn? host,
        DateTimeOffset now
    )
    {
        var name = HostNames.Read(certificate);
        var wanted = name is null ? null : host ?? name.Fqdn;
        Refusal?[] refusals =
        [
            ServerKey.Judge(certificate, tolerance),
            SignatureHash.Judge(certificate, tolerance),
            KeyPurposes.JudgeUsage(certificate),
            KeyPurposes.JudgePurpose(certificate),
            ValidityPeriod.JudgeClock(certificate, now),
            ValidityPeriod.JudgeLength(certificate, tolerance),
            HostNames.JudgeGrammar(certificate),
            name is null || wanted is null ? null : HostNames.JudgeHost(name, wanted),
            HostNames.JudgeAlternativeNames(certificate, tolerance, wanted),
        ];
        return refusals.OfType<Refusal>();
    }

    internal static Refusal CanNotBeRead() =>
        Unreadable.BrokenBy("The server's certificate can't be read.", "an X.509 certificate", "other bytes");
}

using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Issuance.Devices;
using SigningAuthority.Issuance.Firmware;

namespace SigningAuthority.Client.Phones;

/// <summary>What a phone sets out with.</summary>
/// <param name="Root">The root of the phone's generation, DER.</param>
/// <param name="Device">The phone's certificate with its key; null for a unit without one.</param>
/// <param name="Mac">The phone's own address, when known.</param>
/// <param name="Connect">Where to connect instead of the host's address.</param>
internal sealed record PhoneErrand(
    ProvisioningAddress Address,
    ReadOnlyMemory<byte> Root,
    X509Certificate2? Device,
    MacAddress? Mac,
    IPEndPoint? Connect
)
{
    /// <summary>What the phone's firmware tolerates, as far as it is known.</summary>
    public FirmwareTolerance Tolerance { get; init; } = FirmwareTolerance.Unknown;
}

/// <summary>How a visit ended: refused for these reasons, or with a file.</summary>
internal sealed record PhoneVisit(IReadOnlyList<Refusal> Refusals, byte[] File, string Account);

/// <summary>One visit of a phone to its provisioning server.</summary>
internal sealed partial class FetchProvisioningFile(AddressLookup lookup, TimeProvider time)
{
    /// <exception cref="WorldFaultException">The server can't be asked at all, or has no such file.</exception>
    [SupportedOSPlatform("linux")]
    public async Task<PhoneVisit> RunAsync(PhoneErrand errand, CancellationToken cancellation)
    {
        // 1. The host's A records: to connect to, and to compare the peer with.
        var host = errand.Address.Host;
        var addresses = await lookup.FindAsync(host, cancellation);

        // 2. Connect to one of them, or to where we are told.
        using var socket = await ProvisioningConnection.OpenAsync(errand.Address, errand.Connect, addresses, cancellation);
        var peer = (IPEndPoint)socket.RemoteEndPoint!;

        // 3. TLS. A server that is not accepted gets neither the phone's certificate nor a request.
        await using var tls = new SslStream(new NetworkStream(socket, ownsSocket: false));
        var handshake = new PhoneHandshake(
            errand.Device,
            (certificate, others) =>
                ServerAcceptance.Judge(
                    new ServerEvidence(certificate.RawDataMemory, others, errand.Root, host, addresses, peer.Address, time.GetUtcNow())
                    {
                        Tolerance = errand.Tolerance,
                    }
                )
        );
        if (await handshake.RunAsync(tls, host.Value, cancellation) is { Count: > 0 } refusals)
            return new PhoneVisit(refusals, [], "");

        var account = $"{host} at {peer}, {tls.SslProtocol}, {tls.NegotiatedCipherSuite}; the phone sent {handshake.Presented}";

        // 4. Ask for the file, over this connection and no other.
        using var response = await ProvisioningConnection.GetAsync(tls, errand.Address.Url, cancellation);
        var body = await response.Content.ReadAsByteArrayAsync(cancellation);
        return response.StatusCode == HttpStatusCode.OK
            ? new PhoneVisit([], body, account)
            : new PhoneVisit([Explain(errand, handshake, response.StatusCode, body)], [], "");
    }

    // nginx answers 400 to a missing or unverifiable client certificate, after the handshake; examples and CGIs answer 403.
    private static Refusal Explain(PhoneErrand errand, PhoneHandshake handshake, HttpStatusCode status, byte[] body)
    {
        var answer = $"HTTP {(int)status}{Title(body)}";
        var own = errand.Device is { } device ? DeviceSubject.FindMac(device.SubjectName) ?? errand.Mac : errand.Mac;
        return status switch
        {
            HttpStatusCode.Forbidden when own is not null && errand.Address.MacInPath is { } asked && asked != own =>
                VisitRules.OtherDeviceFile.BrokenBy(
                    "The server keeps this file for another device.",
                    $"the file of {own}",
                    $"{answer} for the file of {asked}"
                ),
            HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => handshake.ClientCertificateRefused(
                answer
            ),
            _ => throw new WorldFaultException("http-status", $"{errand.Address.Url}: {answer}"),
        };
    }

    private static string Title(byte[] body)
    {
        var title = HtmlTitle()
            .Match(System.Text.Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, 4096))))
            .Groups["title"]
            .Value;
        return title.Length == 0 ? "" : $" ({PlainText.Of(title.Trim(), 100)})";
    }

    [GeneratedRegex(
        "<title>(?<title>[^<]*)</title>",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex HtmlTitle();
}

using System.Net.Security;
using System.Runtime.Versioning;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Issuance.Firmware;

namespace SigningAuthority.Client.Phones;

/// <summary>
/// One TLS handshake of a phone. The platform's opinion of the server counts for nothing: <paramref name="judge"/>
/// decides. The phone's certificate goes only to a server that it accepts and that asks for one of its issuer.
/// </summary>
internal sealed class PhoneHandshake(
    X509Certificate2? device,
    Func<X509Certificate2, IReadOnlyList<ReadOnlyMemory<byte>>, IReadOnlyList<Refusal>> judge
)
{
    private IReadOnlyList<Refusal>? _verdict;
    private bool _wasAsked;

    /// <summary>The names of issuers that the server accepts; null when it did not ask for a certificate.</summary>
    public IReadOnlyList<string>? AcceptableIssuers { get; private set; }

    /// <summary>What the phone answered when the server asked for its certificate, for people.</summary>
    public string Presented { get; private set; } = "no certificate, as the server did not ask for one";

    /// <returns>The refusals; none when <paramref name="tls"/> may be used.</returns>
    /// <exception cref="WorldFaultException">The handshake failed before any certificate was seen (handshake-failed).</exception>
    [SupportedOSPlatform("linux")]
    public async Task<IReadOnlyList<Refusal>> RunAsync(SslStream tls, string host, CancellationToken cancellation)
    {
        var options = OldFirmwareTls.Options(host);
        options.RemoteCertificateValidationCallback = Judge;
        options.LocalCertificateSelectionCallback = Select;
        try
        {
            await tls.AuthenticateAsClientAsync(options, cancellation);
            return _verdict ?? [];
        }
        catch (Exception failure) when (failure is AuthenticationException or IOException)
        {
            if (_verdict is { Count: > 0 } refusals)
                return refusals;
            var reason = PlainText.Of(failure.GetBaseException().Message, 300);
            // The server has shown its certificate and asked for ours: what it rejects now is our answer (RFC 5246 §7.4.6).
            return _wasAsked
                ? [ClientCertificateRefused($"TLS alert or closed connection ({reason})")]
                : throw new WorldFaultException("handshake-failed", $"{host}: {reason}");
        }
    }

    public Refusal ClientCertificateRefused(string actual) =>
        VisitRules.ClientCertificateRefused.BrokenBy(
            $"The server refuses this phone. The phone sent {Presented}.",
            "the server accepts the phone's certificate",
            actual
        );

    private bool Judge(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is not X509Certificate2 server)
            return false;
        var others = chain?.ChainPolicy.ExtraStore.Where(other => !other.RawDataMemory.Span.SequenceEqual(server.RawDataMemory.Span));
        _verdict = judge(server, [.. (others ?? []).Select(other => other.RawDataMemory)]);
        return _verdict.Count == 0;
    }

    private X509Certificate2 Select(
        object sender,
        string targetHost,
        X509CertificateCollection local,
        X509Certificate? remote,
        string[] acceptableIssuers
    )
    {
        // The first call comes before the handshake, to choose in advance: a phone doesn't.
        if (remote is null && acceptableIssuers.Length == 0)
            return null!;

        // The platform asks for the server to be judged after the handshake only, too late for what the phone gives away.
        // What else the server sent is not known yet; if the handshake completes, the later verdict explains more.
        if (remote is X509Certificate2 server && judge(server, []) is { Count: > 0 } refusals)
        {
            _verdict = refusals;
            return null!;
        }

        _wasAsked = true;
        AcceptableIssuers = acceptableIssuers;
        var isAcceptable = device is not null && (acceptableIssuers.Length == 0 || acceptableIssuers.Contains(device.IssuerName.Name));
        Presented = (device, isAcceptable) switch
        {
            (null, _) => "no certificate, as it has none",
            (_, true) => $"its certificate, subject {PlainText.Of(device.Subject)}",
            // RFC 5246 §7.4.4: the server names the authorities it accepts.
            _ =>
                $"no certificate, as its issuer ({PlainText.Of(device.Issuer)}) is not among those the server names: {PlainText.Of(string.Join("; ", acceptableIssuers))}",
        };
        return isAcceptable ? device! : null!;
    }
}

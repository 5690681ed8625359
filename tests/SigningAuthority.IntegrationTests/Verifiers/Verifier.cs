using SigningAuthority.IntegrationTests.Fixtures;

namespace SigningAuthority.IntegrationTests.Verifiers;

/// <summary>What a certificate is to be used for.</summary>
/// <param name="IsServer">TLS server, or TLS client.</param>
/// <param name="Host">The name that a server must be good for; null where the verifier is not to be asked.</param>
public sealed record Use(bool IsServer, string? Host = null)
{
    /// <summary>How long from now it is to be used.</summary>
    public TimeSpan Later { get; init; }

    /// <summary>id-kp-serverAuth or id-kp-clientAuth (RFC 5280 §4.2.1.12).</summary>
    public string Purpose => IsServer ? "1.3.6.1.5.5.7.3.1" : "1.3.6.1.5.5.7.3.2";
}

/// <summary>An X.509 implementation. Ours signs with none of them; .NET's, which builds on OpenSSL here, is what many providers' software has.</summary>
internal abstract class Verifier
{
    public static IReadOnlyDictionary<string, Verifier> All { get; } =
        new Dictionary<string, Verifier>
        {
            ["OpenSSL"] = new OpenSslVerifier(),
            ["GnuTLS"] = new GnuTlsVerifier(),
            ["NSS"] = new NssVerifier(),
            ["BouncyCastle"] = new BouncyCastleVerifier(),
            [".NET"] = new NetVerifier(),
            ["PKI.js"] = new PkiJsVerifier(),
        };

    /// <returns>Null when it accepts, else what it says against it.</returns>
    /// <param name="leaf">PEM file.</param>
    /// <param name="root">PEM file of the one root that is trusted.</param>
    /// <param name="use">What for.</param>
    public abstract Task<string?> FindFaultAsync(string leaf, string root, Use use);

    protected static string? FaultOf(ProgramResult result) => result.ExitCode == 0 ? null : result.ToString();
}

internal sealed class OpenSslVerifier : Verifier
{
    public override async Task<string?> FindFaultAsync(string leaf, string root, Use use)
    {
        string[] host = use.Host is { } name ? ["-verify_hostname", name] : [];
        return FaultOf(
            await ClockAhead.RunAsync(
                use.Later,
                "openssl",
                [
                    "verify",
                    "-x509_strict",
                    "-check_ss_sig",
                    "-no-CApath",
                    "-purpose",
                    use.IsServer ? "sslserver" : "sslclient",
                    .. host,
                    "-CAfile",
                    root,
                    leaf,
                ]
            )
        );
    }
}

internal sealed class GnuTlsVerifier : Verifier
{
    public override async Task<string?> FindFaultAsync(string leaf, string root, Use use)
    {
        string[] host = use.Host is { } name ? ["--verify-hostname", name] : [];
        return FaultOf(
            await ClockAhead.RunAsync(
                use.Later,
                "certtool",
                [
                    "--verify",
                    "--load-ca-certificate",
                    root,
                    "--infile",
                    leaf,
                    "--verify-profile",
                    "medium",
                    "--verify-purpose",
                    use.Purpose,
                    .. host,
                ]
            )
        );
    }
}

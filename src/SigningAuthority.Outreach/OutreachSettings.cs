using System.Globalization;
using System.Net;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Resolution;

namespace SigningAuthority.Outreach;

/// <summary>What a running Outreach is told by its environment.</summary>
/// <param name="Instance">Its name in log entries; one of its own for each that runs.</param>
/// <param name="HealthAddress">Where it answers health and metrics; loopback, or null for nowhere.</param>
/// <param name="ConnectionString">Postgres as role sa_outreach.</param>
/// <param name="Resolvers">Whom it asks for names, never empty.</param>
/// <param name="UnsafeAllowedNetworks">Addresses that are called although they are not public. Unsafe: a provider chooses the names, and so could have our own network's servers called.</param>
/// <param name="UnsafeProofPort">Where HTTP proofs are fetched from: 80, or a test's web server.</param>
internal sealed record OutreachSettings(
    string Instance,
    Uri? HealthAddress,
    string ConnectionString,
    IReadOnlyList<IPEndPoint> Resolvers,
    IReadOnlyList<IPNetwork> UnsafeAllowedNetworks,
    int UnsafeProofPort
)
{
    /// <summary>The port that is the web server's own, which not everybody on a shared machine may open (CA/B BR 1.6.1 "Authorized Ports").</summary>
    public const int HttpPort = 80;

    private const int DnsPort = 53;

    /// <exception cref="InvalidOperationException">A value is missing or can't be read; the message names its key.</exception>
    public static OutreachSettings From(IConfiguration configuration)
    {
        var address = configuration["Outreach:HealthAddress"] is { Length: > 0 } text ? new Uri(text) : null;
        if (address is { IsLoopback: false })
            throw new InvalidOperationException("Outreach:HealthAddress must be a loopback address: this process listens to nobody.");
        return new OutreachSettings(
            ReadInstance(configuration),
            address,
            configuration["Database:Connection"] is { Length: > 0 } connection
                ? connection
                : throw new InvalidOperationException("Database:Connection is not configured (environment: Database__Connection)."),
            ReadResolvers(configuration),
            ReadNetworks(configuration),
            ReadPort(configuration)
        );
    }

    /// <exception cref="InvalidConfigurationException">ca-config can't be used.</exception>
    public static AuthorityConfiguration LoadConfiguration(IConfiguration configuration) =>
        AuthorityConfiguration.Load(
            configuration["CaConfig:Folder"]
                ?? throw new InvalidOperationException("CaConfig:Folder is not configured (environment: CaConfig__Folder).")
        );

    private static string ReadInstance(IConfiguration configuration)
    {
        if (configuration["Outreach:Instance"] is not { Length: > 0 } name)
            return $"{Environment.MachineName.ToLowerInvariant()}-{Guid.NewGuid().ToString("N")[..8]}";
        return name.Length <= 64 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_')
            ? name
            : throw new InvalidOperationException("Outreach:Instance is 1 to 64 letters, digits, hyphens, dots and underscores.");
    }

    private static IReadOnlyList<IPEndPoint> ReadResolvers(IConfiguration configuration)
    {
        var resolvers = configuration["Outreach:Resolver"] is { Length: > 0 } text
            ?
            [
                .. Split(text)
                    .Select(item =>
                        IPEndPoint.TryParse(item, out var resolver)
                            ? new IPEndPoint(resolver.Address, resolver.Port == 0 ? DnsPort : resolver.Port)
                            : throw new InvalidOperationException($"Outreach:Resolver: '{item}' is no ADDRESS:PORT.")
                    ),
            ]
            : SystemResolvers.Read();
        return resolvers.Count > 0
            ? resolvers
            : throw new InvalidOperationException("Outreach:Resolver is not configured, and /etc/resolv.conf names no resolver.");
    }

    private static List<IPNetwork> ReadNetworks(IConfiguration configuration) =>
        [
            .. Split(configuration["Outreach:UnsafeAllowedNetworks"] ?? "")
                .Select(item =>
                    IPNetwork.TryParse(item, out var network)
                        ? network
                        : throw new InvalidOperationException(
                            $"Outreach:UnsafeAllowedNetworks: '{item}' is no network such as 127.0.0.0/8."
                        )
                ),
        ];

    private static int ReadPort(IConfiguration configuration)
    {
        var text = configuration["Outreach:UnsafeProofPort"];
        if (string.IsNullOrEmpty(text))
            return HttpPort;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 1 and <= ushort.MaxValue
            ? port
            : throw new InvalidOperationException($"Outreach:UnsafeProofPort: '{text}' is no port.");
    }

    private static string[] Split(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}

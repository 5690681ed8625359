using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Firmware;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Client.Checks;

/// <summary>What policy says of a request as far as it can be known without the service.</summary>
/// <param name="Accepted">No rule that can be checked here is broken.</param>
/// <param name="PolicyVersion">Of the configuration that decided.</param>
/// <param name="Generations">The server roots that would sign; empty when refused.</param>
/// <param name="NotKnownOffline">What the service will look at besides.</param>
internal sealed record CheckedOffline(
    bool Accepted,
    string PolicyVersion,
    string PolicyHash,
    IReadOnlyList<string> Generations,
    IReadOnlyList<Violation> Violations,
    IReadOnlyList<string> NotKnownOffline,
    IReadOnlyList<AcceptanceWarning> Warnings,
    IReadOnlyList<MatrixRow> Matrix
)
{
    private static readonly string[] NeverKnown =
    [
        "whether the key is certified for another provider, for a device, or an authority's",
        "whether the ceremonies of the generations have been held",
        "what your other requests, the limits and the officers' approval have to say",
    ];

    /// <param name="configuration">The policy's numbers, families and profiles.</param>
    /// <param name="csr">The upload as it would be sent.</param>
    /// <param name="devices">As the provider writes them.</param>
    /// <param name="names">Names registered for the provider, subdomains included; none for "not known".</param>
    /// <param name="now">The moment of issuance.</param>
    public static CheckedOffline Run(
        AuthorityConfiguration configuration,
        ReadOnlyMemory<byte> csr,
        IReadOnlyList<string> devices,
        IReadOnlyList<Fqdn> names,
        DateTimeOffset now
    )
    {
        var policy = new IssuancePolicy(configuration);
        // As if every ceremony had been held long ago: that it was can't be known here.
        var authorities = new AuthoritiesAt(
            configuration.Authorities.ToDictionary(authority => authority.Id, _ => DateTimeOffset.UnixEpoch),
            now
        );
        var read = ReadCertificationRequest.Read(csr);
        if (read.Request is not { } request)
            return Of(configuration, [], [.. read.Violations, .. policy.Judge(new RequestedDevices(devices, authorities))], names, []);

        var decision = policy.Decide(
            new ProvisioningServerFacts(request, devices, Registered(names, request), KeyHistory.Unknown, authorities)
        );
        return Of(
            configuration,
            decision.Approved?.Authorities ?? [],
            decision.Violations,
            names,
            AcceptanceMatrix.ForRequest(configuration, request, devices, now)
        );
    }

    private static CheckedOffline Of(
        AuthorityConfiguration configuration,
        IReadOnlyList<string> generations,
        IReadOnlyList<Violation> violations,
        IReadOnlyList<Fqdn> names,
        IReadOnlyList<MatrixRow> matrix
    ) =>
        new(
            violations.Count == 0,
            configuration.PolicyVersion,
            configuration.Hash,
            generations,
            violations,
            names.Count > 0 ? NeverKnown : ["whether the name is registered for you (give --name for each that is)", .. NeverKnown],
            UnservedFirmware.Find(matrix),
            matrix
        );

    /// <summary>Without any name given, the request's own is taken for registered, and said to be unknown.</summary>
    private static IReadOnlyList<RegisteredName> Registered(IReadOnlyList<Fqdn> names, CertificationRequest request) =>
        names.Count > 0
            ? [.. names.Select(name => new RegisteredName(name, IncludeSubdomains: true))]
            :
            [
                .. request
                    .Subject.Values(Issuance.Certificates.NameAttributeTypes.CommonName)
                    .Select(name => Fqdn.TryParse(ServerCommonName.HostPart(name), out var host) ? host : null)
                    .OfType<Fqdn>()
                    .Select(host => new RegisteredName(host, IncludeSubdomains: false)),
            ];
}

using SigningAuthority.Issuance.Approvals;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Devices;
using SigningAuthority.Issuance.Firmware;
using SigningAuthority.Issuance.Profiles;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Issuance.Policy;

/// <summary>
/// Decides what may be signed. The same object decides at the door and at the key, on facts that its caller gathered.
/// Pure and thread-safe.
/// </summary>
public sealed class IssuancePolicy
{
    private readonly AuthorityConfiguration _configuration;
    private readonly KeyRules _keys;
    private readonly CommonNameRules _commonName = new();
    private readonly RequestedAttributeRules _attributes = new();
    private readonly GenerationRules _generations;
    private readonly SuccessionRules _succession;
    private readonly DeviceIdentityRules _identity;
    private readonly ApprovalPolicy _approvals;
    private readonly DeviceRequestRules _deviceRequests = new();
    private readonly ProductionOrderRules _orders;
    private readonly ReissueRules _reissues;
    private readonly ReservationRules _reservations = new();
    private readonly InfrastructureRules _infrastructure = new();
    private readonly ResigningRules _resigning;

    public IssuancePolicy(AuthorityConfiguration configuration)
    {
        _configuration = configuration;
        _keys = new KeyRules(configuration);
        _generations = new GenerationRules(configuration);
        _succession = new SuccessionRules(configuration.Policy.ProvisioningServer.Renewal);
        _identity = new DeviceIdentityRules(configuration);
        _orders = new ProductionOrderRules(configuration);
        _reissues = new ReissueRules(configuration.Policy.Device.MostReissues);
        _approvals = new ApprovalPolicy(configuration);
        _resigning = new ResigningRules(configuration);
    }

    /// <summary>Decides on the server certificate of a provider: one certificate for each generation its devices need.</summary>
    public PolicyDecision Decide(ProvisioningServerFacts facts)
    {
        var authorities = GenerationRules.Select(_configuration, facts.Devices);
        var name = ServerCommonName.TryParse(facts.Request.CommonName, out var parsed) ? parsed : null;
        var newRequest = NewRequest.OfProvider(facts.Request.CommonName);
        var officers = _approvals.OfficersFor(authorities.Select(authority => authority.Id), facts.ApprovalModes);
        IReadOnlyList<Violation> violations =
        [
            .. _keys.FindViolations(new KeyFacts(facts.Request, facts.KeyHistory, ToleranceOf(authorities), newRequest)),
            .. _commonName.FindViolations(facts),
            .. _attributes.FindViolations((facts.Request, name is null ? [] : ["DNS:" + name.Fqdn], newRequest)),
            .. Judge(new RequestedDevices(facts.Devices, facts.AvailableAuthorities, facts.PromisedAuthorities)),
            .. _succession.FindViolations((facts, [.. authorities.Select(authority => authority.Id)])),
            .. name is null || facts.Approval is not { } approval
                ? []
                : _approvals.FindViolations(
                    ApprovalPolicy.SubjectOf(facts.Request, name.Fqdn, facts.Devices, authorities, approval),
                    approval,
                    officers
                ),
        ];
        if (violations.Count > 0)
            return PolicyDecision.Refuse(violations);

        var profile = _configuration.TheProfile(RequestKind.ProvisioningServer);
        return PolicyDecision.Approve(
            facts.Request,
            [.. authorities.Select(authority => PlanServer(authority, profile, facts.Request, name!))],
            officers
        );
    }

    /// <summary>Decides on a device's client certificate.</summary>
    public PolicyDecision Decide(DeviceFacts facts)
    {
        var ofOrder = _orders.FindViolations(facts);
        IReadOnlyList<Violation> violations =
        [
            .. _keys.FindViolations(new KeyFacts(facts.Request, facts.KeyHistory, KeyTolerance.None, NewRequest.OfDevice)),
            .. _attributes.FindViolations((facts.Request, [], NewRequest.OfDevice)),
            .. _deviceRequests.FindViolations(facts),
            .. ofOrder,
            // Who has no right to draw the unit is told nothing of what it has.
            .. facts.Reissue is null || ofOrder.Count > 0 ? [] : _reissues.FindViolations(facts),
            .. Judge(
                new DeviceIdentity(facts.Mac, facts.Serial, facts.Product, facts.AvailableAuthorities, facts.PromisedAuthorities)
                {
                    IsTest = facts.IsTest,
                    Profile = facts.Draw?.Order?.Profile,
                }
            ),
        ];
        if (violations.Count > 0)
            return PolicyDecision.Refuse(violations);

        var issuance = _configuration.FindFamily(facts.Product!)!.DeviceCertificates!;
        var profile = facts.IsTest
            ? _configuration.TheProfile(RequestKind.TestDevice)
            : _configuration.FindProfile(facts.Draw?.Order?.Profile ?? issuance.Profile)!;
        var authority = AvailabilityRule.Choose(_configuration, issuance.Authority, facts.AvailableAuthorities, facts.PromisedAuthorities);
        return PolicyDecision.Approve(
            facts.Request,
            [PlanDevice(authority, profile, facts.Request, facts.Mac!, facts.Serial!, facts.Product!)]
        );
    }

    /// <summary>Decides on a device's certificate that is signed anew by a later generation of the client root.</summary>
    public PolicyDecision Decide(ResigningFacts facts)
    {
        IReadOnlyList<Violation> violations =
        [
            .. _keys.FindViolations(new KeyFacts(facts.Request, facts.KeyHistory, KeyTolerance.None, NewRequest.OfDevice)),
            .. _attributes.FindViolations((facts.Request, [], NewRequest.OfDevice)),
            .. _resigning.FindViolations(facts),
            .. Judge(
                new DeviceIdentity(facts.Mac, facts.Serial, facts.Product, facts.AvailableAuthorities, facts.PromisedAuthorities)
                {
                    Profile = facts.Before?.Profile,
                }
            ),
        ];
        return violations.Count > 0
            ? PolicyDecision.Refuse(violations)
            : PolicyDecision.Approve(
                facts.Request,
                [
                    PlanDevice(
                        _configuration.Authority(facts.PromisedAuthorities[0]),
                        _configuration.FindProfile(facts.Before!.Profile)!,
                        facts.Request,
                        facts.Mac!,
                        facts.Serial!,
                        facts.Product!
                    ),
                ]
            );
    }

    /// <summary>Ids of the server roots that serve these devices, in the configuration's order; what can't be read is passed over.</summary>
    public IReadOnlyList<string> AuthoritiesOfServer(IEnumerable<string> devices) =>
        [
            .. GenerationRules
                .Select(_configuration, devices.Take(_configuration.Policy.ProvisioningServer.MostDevices))
                .Select(root => root.Id),
        ];

    /// <summary>Id of the generation of the client root that signs for a product's devices; empty for none.</summary>
    public IReadOnlyList<string> AuthoritiesOfProduct(string? product, AuthoritiesAt available) =>
        DeviceIdentityRules.Select(_configuration, product, available, promised: null) is { } root ? [root.Id] : [];

    /// <summary>What is wrong with the devices named, whatever the request is like. Empty for nothing.</summary>
    public IReadOnlyList<Violation> Judge(RequestedDevices devices) => _generations.FindViolations(devices);

    /// <summary>What keeps an authority from signing at this moment. Empty for nothing.</summary>
    public IReadOnlyList<Violation> Judge(AuthorityDefinition authority, AuthoritiesAt available) =>
        [.. AvailabilityRule.Find(_configuration, [authority], available, promised: null)];

    /// <summary>What is wrong with a device's identity, whatever its request is like. Empty for nothing.</summary>
    public IReadOnlyList<Violation> Judge(DeviceIdentity identity) => _identity.FindViolations(identity);

    /// <summary>What speaks against making a key pair for a unit. Empty for nothing: then its certificate can be asked for.</summary>
    public IReadOnlyList<Violation> Judge(KeyPairFacts facts) =>
        [
            .. _orders.Find(facts.Draw, new DrawnUnit(facts.Mac, facts.Serial, facts.Product, HasKeyOfAuthority: true)),
            .. Judge(
                new DeviceIdentity(facts.Mac, facts.Serial, facts.Product, facts.AvailableAuthorities)
                {
                    Profile = facts.Draw.Order?.Profile,
                }
            ),
        ];

    /// <summary>What is wrong with a reservation that a station asks for. Empty for nothing.</summary>
    public IReadOnlyList<Violation> Judge(ReservationFacts facts) => _reservations.FindViolations(facts);

    /// <summary>Decides on a certificate that an operator or the key room itself asks for.</summary>
    public PolicyDecision Decide(InfrastructureFacts facts)
    {
        var authority = InfrastructureRules.AuthorityFor(_configuration, facts);
        var names = InfrastructureRules.DnsNames(facts.Request);
        var addresses = InfrastructureRules.Addresses(facts.Request);
        IReadOnlyList<string> accepted =
            facts.Kind == RequestKind.ServiceTls
                ? [.. names.Select(name => "DNS:" + name), .. addresses.Select(address => "IP:" + address)]
                : [];
        IReadOnlyList<Violation> violations =
        [
            .. _keys.FindViolations(new KeyFacts(facts.Request, facts.KeyHistory, KeyTolerance.None, NewRequest.OfOperator)),
            .. _attributes.FindViolations((facts.Request, accepted, NewRequest.OfOperator)),
            .. _infrastructure.FindViolations((facts, authority)),
            .. authority is null ? [] : InfrastructureRules.FindInAuthority(_configuration, facts, authority),
        ];
        if (violations.Count > 0)
            return PolicyDecision.Refuse(violations);

        var profile = _configuration.TheProfile(facts.Kind);
        var subject = SubjectTemplate.Fill(profile.Subject, InfrastructureRules.SubjectValues(facts, authority!));
        return PolicyDecision.Approve(
            facts.Request,
            [
                new CertificatePlan(authority!, profile, subject, facts.Request.Key.SubjectPublicKeyInfo, names, addresses)
                {
                    Points = profile.Addresses,
                },
            ]
        );
    }

    private CertificatePlan PlanDevice(
        AuthorityDefinition authority,
        CertificateProfile profile,
        CertificationRequest request,
        string mac,
        string serial,
        string product
    )
    {
        var values = SubjectTemplate.DeviceValues(MacAddress.Parse(mac), serial, product);
        return new CertificatePlan(
            authority,
            profile,
            SubjectTemplate.Fill(profile.Subject, values),
            request.Key.SubjectPublicKeyInfo,
            [],
            [],
            _configuration.Policy.Device.SerialWithForeignHexRun == ForeignHexRun.UnsafeAccept
        )
        {
            HardwareModuleName = profile.HardwareModuleName is { } hardware ? HardwareModuleName.Fill(hardware, values) : null,
            Points = profile.Addresses,
        };
    }

    private static CertificatePlan PlanServer(
        AuthorityDefinition authority,
        CertificateProfile profile,
        CertificationRequest request,
        ServerCommonName name
    )
    {
        var withAlternativeName = ForeseenCertificate.CarriesAlternativeName(profile, authority);
        var subject = SubjectTemplate.Fill(profile.Subject, new Dictionary<string, string> { ["commonName"] = name.Text });
        return new CertificatePlan(
            authority,
            profile,
            subject,
            request.Key.SubjectPublicKeyInfo,
            withAlternativeName ? [name.Fqdn.Value] : [],
            []
        )
        {
            Points = ForeseenCertificate.AddressesOf(profile, authority),
        };
    }

    /// <summary>One key serves all generations asked for, so the strictest of them counts; an unsafe setting must be set for each.</summary>
    private static KeyTolerance ToleranceOf(IReadOnlyList<AuthorityDefinition> authorities) =>
        authorities.Count == 0
            ? KeyTolerance.None
            : new KeyTolerance(
                authorities.Min(authority => authority.DevicesAccept!.LargestRsaBits),
                authorities.All(authority => authority.DevicesAccept!.UnsafeAllowRsa1024),
                authorities.All(authority => authority.DevicesAccept!.UnsafeAllowSha1Requests)
            );
}

using System.Security.Cryptography;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Production;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.UnitTests.Issuance.Requests;

namespace SigningAuthority.UnitTests.Issuance;

/// <summary>The shipped configuration, the policy over it, and facts that it approves: tests change one thing of them.</summary>
internal static class ShippedPolicy
{
    public static readonly AuthorityConfiguration Configuration = AuthorityConfiguration.Load(RepositoryFolder.Configuration);

    public static readonly IssuancePolicy Policy = new(Configuration);

    public static readonly DateTimeOffset Moment = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    public static readonly AuthoritiesAt AllAuthorities = Available([.. Configuration.Authorities.Select(authority => authority.Id)]);

    /// <summary>These and no others, since a day.</summary>
    public static AuthoritiesAt Available(params string[] authorities) =>
        new(authorities.ToDictionary(id => id, _ => Moment.AddDays(-1)), Moment);

    public static ProvisioningServerFacts Server(RequestBuilder? request = null, params string[] devices) =>
        new(
            (request ?? new RequestBuilder()).Read(),
            devices.Length == 0 ? ["SPA962"] : devices,
            [
                .. new[] { "callme.com", "telco.net", "voice.com" }.Select(name => new RegisteredName(
                    Fqdn.Parse(name),
                    IncludeSubdomains: true
                )),
            ],
            KeyHistory.Unknown,
            AllAuthorities
        );

    public static DeviceFacts Device(RequestBuilder? request = null) =>
        new(
            (request ?? new RequestBuilder().WithCommonName("SPA504G")).Read(),
            "000E08ABCDEF",
            "FM500F100001",
            "SPA504G",
            KeyHistory.Unknown,
            AllAuthorities
        )
        {
            Draw = new Draw(StandingOrder, null, "line-1", Moment),
        };

    /// <summary>Lets every station draw everything of our OUI.</summary>
    public static readonly ProductionOrder StandingOrder = new()
    {
        Id = Guid.Parse("0193a000-0000-7000-8000-000000000001"),
        Name = "standing",
        Products = [ProductionOrder.Any],
        MacRanges = [MacRange.Parse("000000000000..FFFFFFFFFFFF")],
        Serials = [SerialRule.Parse("*")],
        Quantity = int.MaxValue,
        Stations = [ProductionOrder.Any],
        NotBefore = Moment.AddDays(-1),
        NotAfter = Moment.AddDays(1),
        KeySource = KeySource.Device,
    };

    public static InfrastructureFacts Station(string name = "line-1") =>
        new(RequestKind.Station, new RequestBuilder().WithCommonName(name).Read(), KeyHistory.Unknown, AllAuthorities);

    public static InfrastructureFacts Responder(string authority = "sipura") =>
        new(RequestKind.OcspResponder, new RequestBuilder().Read(), KeyHistory.Unknown, AllAuthorities) { Authority = authority };

    public static InfrastructureFacts Service(RequestBuilder? request = null) =>
        new(
            RequestKind.ServiceTls,
            (
                request
                ?? new RequestBuilder()
                    .WithCommonName("localhost")
                    .WithExtensions(Asn.AlternativeName(2, "localhost"), Asn.AlternativeName(7, 127, 0, 0, 1))
            ).Read(),
            KeyHistory.Unknown,
            AllAuthorities
        );

    /// <summary>The shipped configuration with one file's text replaced.</summary>
    public static AuthorityConfiguration With(string file, string old, string replacement)
    {
        using var folder = new Configuration.ConfigurationFolder();
        folder.Replace(file, old, replacement);
        return AuthorityConfiguration.Load(folder.Path);
    }

    public static IReadOnlyList<string> Codes(PolicyDecision decision) => [.. decision.Violations.Select(violation => violation.Code)];
}

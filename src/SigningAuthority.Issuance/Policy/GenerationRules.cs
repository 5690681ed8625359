using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Devices;

namespace SigningAuthority.Issuance.Policy;

/// <summary>The devices that a provider names, and the generations of the server root that serve them.</summary>
internal sealed class GenerationRules : RuleSet<RequestedDevices>
{
    private const string Fix =
        "name each model you serve: ?device=SPA962&device=SPA504G, with firmware where it matters: device=SPA504G@7.5.6";

    private static readonly Rule Missing = new("devices-missing", "trust generations: the root differs by model and firmware");
    private static readonly Rule TooMany = new("devices-too-many", "policies/policy.json provisioningServer.mostDevices");
    private static readonly Rule Unknown = new("device-unknown", "device-families/*.json products");
    private static readonly Rule NoGeneration = new("device-firmware-without-root", "device-families/*.json serverRoots");

    public GenerationRules(AuthorityConfiguration configuration)
    {
        var most = configuration.Policy.ProvisioningServer.MostDevices;
        Check(facts =>
            facts.Devices.Count == 0
                ? Missing.BrokenBy("devices", "at least one model name", "none", "Say which devices the server is for.", Fix)
                : null
        );
        Check(facts =>
            facts.Devices.Count > most
                ? TooMany.BrokenBy("devices", $"at most {most}", $"{facts.Devices.Count}", "Too many devices in one request.", Fix)
                : null
        );
        Check(facts => facts.Devices.Take(most).SelectMany((text, index) => FindInDevice(configuration, text, $"devices[{index}]")));
        Check(facts =>
            AvailabilityRule.Find(
                configuration,
                Select(configuration, facts.Devices.Take(most)),
                facts.AvailableAuthorities,
                facts.PromisedAuthorities
            )
        );
    }

    /// <summary>The server roots that serve these devices, in the configuration's order; what can't be read is passed over.</summary>
    public static IReadOnlyList<AuthorityDefinition> Select(AuthorityConfiguration configuration, IEnumerable<string> devices)
    {
        var wanted = devices
            .Select(text => RequestedDevice.TryParse(text, out var device) ? device : null)
            .OfType<RequestedDevice>()
            .SelectMany(device => configuration.FindFamily(device.Product) is { } family ? device.GenerationsIn(family) : [])
            .Select(generation => generation.Authority)
            .ToHashSet();
        return [.. configuration.Authorities.Where(authority => wanted.Contains(authority.Id))];
    }

    private static IEnumerable<Violation> FindInDevice(AuthorityConfiguration configuration, string text, string field)
    {
        if (!RequestedDevice.TryParse(text, out var device) || configuration.FindFamily(device.Product) is not { } family)
            yield return Unknown.BrokenBy(
                field,
                "a model of " + string.Join(", ", configuration.DeviceFamilies.Select(known => known.DisplayName)),
                text,
                "This device is not in the catalogue.",
                Fix
            );
        else if (device.GenerationsIn(family).Count == 0)
            yield return NoGeneration.BrokenBy(
                field,
                $"a firmware of {family.DisplayName} with a server root",
                text,
                "No generation of the root serves this firmware.",
                Fix
            );
    }
}

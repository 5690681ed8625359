using SigningAuthority.Issuance.Devices;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Production;
using SigningAuthority.Issuance.Profiles;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Issuance.WeakKeys;

namespace SigningAuthority.Issuance.Configuration;

/// <summary>
/// Everything in ca-config/, read once and cross-checked: authorities, profiles, device families, keys for orders, policy. Immutable;
/// whoever holds one holds a consistent configuration.
/// </summary>
public sealed class AuthorityConfiguration
{
    private readonly Dictionary<string, AuthorityDefinition> _authorities;
    private readonly Dictionary<string, CertificateProfile> _profiles;
    private readonly Dictionary<string, DeviceFamily> _familyOfProduct;

    internal AuthorityConfiguration(ConfigurationFiles files)
    {
        Hash = files.Hash;
        Authorities = files.Authorities;
        Profiles = files.Profiles;
        DeviceFamilies = files.DeviceFamilies;
        OrderKeys = files.OrderKeys;
        Policy = files.Policy;
        BlockedKeys = files.BlockedKeys;
        _authorities = Authorities.ToDictionary(authority => authority.Id);
        Generations = new Generations(Authorities, TimeSpan.FromDays(Policy.Roots.PublishedDaysAhead));
        _profiles = Profiles.ToDictionary(profile => profile.Id);
        _familyOfProduct = DeviceFamilies
            .SelectMany(family => family.Products, (family, product) => (family, product))
            .ToDictionary(pair => pair.product, pair => pair.family);
    }

    /// <summary>SHA-256 over all files, lower-case hexadecimal: stands in every decision's log entry.</summary>
    public string Hash { get; }

    public IReadOnlyList<AuthorityDefinition> Authorities { get; }

    /// <summary>Which generation of a root signs when.</summary>
    public Generations Generations { get; }

    public IReadOnlyList<CertificateProfile> Profiles { get; }

    public IReadOnlyList<DeviceFamily> DeviceFamilies { get; }

    /// <summary>Keys that may sign files of production orders.</summary>
    public IReadOnlyList<OrderSigningKey> OrderKeys { get; }

    public PolicySettings Policy { get; }

    /// <summary>Keys that are never certified: those of the policy's weakKeys.blocklists.</summary>
    public KeyBlocklist BlockedKeys { get; }

    public string PolicyVersion => Policy.Version;

    /// <summary>Reads and checks a folder. The one place of this library that touches a disk.</summary>
    /// <exception cref="InvalidConfigurationException">Something in it is wrong; every defect is listed.</exception>
    public static AuthorityConfiguration Load(string folder) => Check(ConfigurationSource.Folder(folder), folder);

    /// <summary>Checks files that came from elsewhere than a folder.</summary>
    /// <param name="files">By name below the folder: "authorities/sipura.json".</param>
    /// <param name="origin">What a defect's message calls them.</param>
    /// <exception cref="InvalidConfigurationException">Something in them is wrong; every defect is listed.</exception>
    public static AuthorityConfiguration Read(IReadOnlyDictionary<string, byte[]> files, string origin) =>
        Check(ConfigurationSource.Of(files), origin);

    private static AuthorityConfiguration Check(ConfigurationSource source, string origin)
    {
        var files = ConfigurationFiles.Read(source);
        var defects = files.Defects.Count > 0 ? files.Defects : CrossCheck.FindDefects(files);
        return defects.Count == 0 ? new AuthorityConfiguration(files) : throw new InvalidConfigurationException(origin, defects);
    }

    public AuthorityDefinition? FindAuthority(string id) => _authorities.GetValueOrDefault(id);

    /// <exception cref="KeyNotFoundException">No such authority.</exception>
    public AuthorityDefinition Authority(string id) => _authorities[id];

    /// <summary>The authority of a purpose that there is exactly one of: station and service authority, log key.</summary>
    public AuthorityDefinition TheAuthority(AuthorityPurpose purpose) => Authorities.Single(authority => authority.Purpose == purpose);

    /// <summary>All generations of the client root, the oldest first; at least one.</summary>
    public IReadOnlyList<AuthorityDefinition> ClientRoots =>
        [.. Generations.ChainOf(Authorities.First(authority => authority.Purpose == AuthorityPurpose.ClientRoot).Id)];

    public CertificateProfile? FindProfile(string id) => _profiles.GetValueOrDefault(id);

    /// <summary>The profile of a kind that has exactly one: all kinds but Device.</summary>
    public CertificateProfile TheProfile(RequestKind kind) => Profiles.Single(profile => profile.For == kind);

    public OrderSigningKey? FindOrderKey(string id) => OrderKeys.FirstOrDefault(key => key.Id == id);

    /// <param name="product">Model name, upper case.</param>
    public DeviceFamily? FindFamily(string product) => _familyOfProduct.GetValueOrDefault(product);
}

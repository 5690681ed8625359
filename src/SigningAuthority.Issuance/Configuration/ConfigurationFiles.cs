using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using SigningAuthority.Issuance.Devices;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Production;
using SigningAuthority.Issuance.Profiles;
using SigningAuthority.Issuance.WeakKeys;

namespace SigningAuthority.Issuance.Configuration;

/// <summary>The files of ca-config/ as read, before they are checked against each other. Unknown keys are defects, not noise.</summary>
internal sealed partial class ConfigurationFiles
{
    internal static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        NumberHandling = JsonNumberHandling.Strict,
        AllowDuplicateProperties = false,
        PropertyNameCaseInsensitive = false,
        Converters = { new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false) },
    };

    private readonly List<ConfigurationDefect> _defects = [];
    private readonly Dictionary<object, string> _fileOf = new(ReferenceEqualityComparer.Instance);
    private readonly PolicySettings? _policy;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    private readonly ConfigurationSource _source;

    private ConfigurationFiles(ConfigurationSource source)
    {
        _source = source;
        Authorities = ReadAll<AuthorityDefinition>("authorities");
        DeviceFamilies = ReadAll<DeviceFamily>("device-families");
        var policies = ReadAll<PolicySettings>("policies");
        Profiles = ReadAll<CertificateProfile>("profiles");
        // A factory whose orders are all made by hand has none.
        OrderKeys = source.List("stations") is null ? [] : ReadAll<OrderSigningKey>("stations");
        foreach (var policy in policies)
            ReadBlocklists(policy);
        Hash = Convert.ToHexStringLower(_hash.GetHashAndReset());
        if (policies.Count != 1 && _defects.Count == 0)
            _defects.Add(new ConfigurationDefect("policies/", "$", $"There must be exactly one policy file, not {policies.Count}."));
        _policy = policies.FirstOrDefault();
    }

    public IReadOnlyList<AuthorityDefinition> Authorities { get; }

    public IReadOnlyList<DeviceFamily> DeviceFamilies { get; }

    /// <exception cref="InvalidOperationException">There are <see cref="Defects"/>.</exception>
    public PolicySettings Policy => _policy ?? throw new InvalidOperationException("The configuration has defects.");

    public IReadOnlyList<CertificateProfile> Profiles { get; }

    public IReadOnlyList<OrderSigningKey> OrderKeys { get; }

    public KeyBlocklist BlockedKeys { get; } = new();

    public string Hash { get; }

    public IReadOnlyList<ConfigurationDefect> Defects => _defects;

    public static ConfigurationFiles Read(ConfigurationSource source) => new(source);

    /// <summary>The file that a read object came from.</summary>
    public string FileOf(object read) => _fileOf[read];

    private List<T> ReadAll<T>(string section)
        where T : class
    {
        if (_source.List(section) is { } names)
            return [.. names.Order(StringComparer.Ordinal).Select(ReadOne<T>).OfType<T>()];
        _defects.Add(new ConfigurationDefect(section + "/", "$", "The folder is missing."));
        return [];
    }

    /// <summary>Nullability of an array's elements is nothing that the serializer respects.</summary>
    private static void RefuseNullElements(byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        if (FindNull(document.RootElement, "$") is { } path)
            throw new JsonException("An element of this list is null.", path, lineNumber: null, bytePositionInLine: null);
    }

    private static string? FindNull(JsonElement element, string path) =>
        element.ValueKind switch
        {
            JsonValueKind.Array => element
                .EnumerateArray()
                .Select((item, index) => item.ValueKind == JsonValueKind.Null ? $"{path}[{index}]" : FindNull(item, $"{path}[{index}]"))
                .FirstOrDefault(found => found is not null),
            JsonValueKind.Object => element
                .EnumerateObject()
                .Select(property => FindNull(property.Value, $"{path}.{property.Name}"))
                .FirstOrDefault(found => found is not null),
            _ => null,
        };

    private T? ReadOne<T>(string name)
        where T : class
    {
        try
        {
            var bytes = ReadHashed(name);
            RefuseNullElements(bytes);
            var read = JsonSerializer.Deserialize<T>(bytes, Json) ?? throw new JsonException("The file holds null.");
            _fileOf[read] = name;
            return read;
        }
        catch (JsonException exception)
        {
            _defects.Add(new ConfigurationDefect(name, exception.Path ?? "$", exception.Message));
        }
        catch (IOException exception)
        {
            _defects.Add(new ConfigurationDefect(name, "$", exception.Message));
        }
        catch (UnauthorizedAccessException exception)
        {
            _defects.Add(new ConfigurationDefect(name, "$", exception.Message));
        }

        return null;
    }

    private byte[] ReadHashed(string name)
    {
        var bytes = _source.Read(name);
        _hash.AppendData(Encoding.UTF8.GetBytes($"{name}\0{bytes.Length}\0"));
        _hash.AppendData(bytes);
        return bytes;
    }
}

using SigningAuthority.Issuance.Certificates;

namespace SigningAuthority.Api.Hosting;

/// <summary>Reads settings and collects everything that is wrong with them. Values are never quoted: some are secrets.</summary>
internal sealed class SettingsReader(IConfiguration configuration)
{
    private readonly List<string> _defects = [];

    public IReadOnlyList<string> Defects => _defects;

    public string Text(string key)
    {
        if (configuration[key] is { Length: > 0 } text)
            return text;
        Add(key, "is missing");
        return "";
    }

    public string File(string key)
    {
        var path = Text(key);
        if (path.Length > 0 && !System.IO.File.Exists(path))
            Add(key, $"names a file that is not there: {path}");
        return path;
    }

    public Uri Address(string key, string scheme)
    {
        var text = Text(key);
        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme == scheme && address.PathAndQuery == "/")
            return address;
        if (text.Length > 0)
            Add(key, $"is not like {scheme}://127.0.0.1:8443");
        return new Uri(scheme + "://localhost");
    }

    /// <summary>Where this installation publishes by plain HTTP; null where nothing is set.</summary>
    public PublicationAddresses? Publication(string key)
    {
        if (configuration[key] is not { Length: > 0 } text)
            return null;
        if (!PublicationAddresses.TryParse(text, out var addresses, out var defect))
            Add(key, "can't be used: " + defect);
        return addresses;
    }

    public int Number(string key, int otherwise, int smallest, int largest)
    {
        if (configuration[key] is not { Length: > 0 } text)
            return otherwise;
        if (int.TryParse(text, out var number) && number >= smallest && number <= largest)
            return number;
        Add(key, $"is not a number from {smallest} to {largest}");
        return otherwise;
    }

    /// <summary>One of the names, in lower case; the first where nothing is set.</summary>
    public TName OneOf<TName>(string key)
        where TName : struct, Enum
    {
        var names = Enum.GetNames<TName>().Select(name => name.ToLowerInvariant()).ToList();
        if (configuration[key] is not { Length: > 0 } text)
            return default;
        if (names.Contains(text))
            return Enum.Parse<TName>(text, ignoreCase: true);
        Add(key, "is not one of " + string.Join(", ", names));
        return default;
    }

    private void Add(string key, string defect) => _defects.Add($"{key.Replace(":", "__")} {defect}");
}

using SigningAuthority.Client.CommandLine;
using SigningAuthority.Issuance.Configuration;

namespace SigningAuthority.Client.Checks;

/// <summary>The configuration that offline commands judge by: the one that this build shipped with, or a folder's.</summary>
internal static class ShippedConfiguration
{
    private const string Prefix = "ca-config/";

    /// <param name="folder">A ca-config folder; null for the one inside signctl.</param>
    /// <exception cref="InvalidInputException">The folder's files have defects; each is listed.</exception>
    public static AuthorityConfiguration Load(string? folder)
    {
        try
        {
            return folder is null ? Embedded() : AuthorityConfiguration.Load(folder);
        }
        catch (InvalidConfigurationException defective)
        {
            throw new InvalidInputException(defective.Message);
        }
    }

    private static AuthorityConfiguration Embedded()
    {
        var assembly = typeof(ShippedConfiguration).Assembly;
        var files = assembly
            .GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .ToDictionary(name => name[Prefix.Length..], name => Read(assembly.GetManifestResourceStream(name)!));
        return AuthorityConfiguration.Read(files, "the configuration inside signctl");
    }

    private static byte[] Read(Stream stream)
    {
        using (stream)
        {
            var content = new MemoryStream();
            stream.CopyTo(content);
            return content.ToArray();
        }
    }
}

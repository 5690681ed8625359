using System.Security.Cryptography;
using System.Text;

namespace SigningAuthority.Storage.Migrations;

/// <summary>One numbered SQL file ("0003_requests.sql"), embedded in this assembly.</summary>
internal sealed record Migration(int Version, string Name, string Sql)
{
    internal static IReadOnlyList<Migration> All { get; } = ReadAll();

    internal static int Newest => All[^1].Version;

    /// <summary>Lower-case hexadecimal over the file's octets. Recorded when applied: an applied file may not be edited.</summary>
    internal string Sha256 { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql)));

    internal static string Roles => Read("roles.sql");

    private static Migration[] ReadAll() =>
        [
            .. typeof(Migration)
                .Assembly.GetManifestResourceNames()
                .Where(resource => resource.StartsWith("Migrations/", StringComparison.Ordinal))
                .Select(resource => Parse(resource["Migrations/".Length..], Read(resource)))
                .OrderBy(migration => migration.Version),
        ];

    private static Migration Parse(string file, string sql)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        return new Migration(int.Parse(name[..4]), name[5..], sql);
    }

    private static string Read(string resource)
    {
        using var stream =
            typeof(Migration).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The resource {resource} is not embedded.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}

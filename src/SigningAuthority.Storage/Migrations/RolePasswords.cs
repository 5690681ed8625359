using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace SigningAuthority.Storage.Migrations;

/// <summary>Sets the passwords of the processes' roles without ever sending one to Postgres, whose statement log may keep it.</summary>
public static class RolePasswords
{
    private const int Iterations = 4096;

    private static readonly string[] Roles = ["owner", "api", "signer", "auditor", "operator", "outreach"];

    /// <summary>Reads the files api, signer, auditor, operator, outreach (and owner, where there is one): one line each.</summary>
    /// <exception cref="FileNotFoundException">One of the five is missing.</exception>
    /// <exception cref="FormatException">A file is empty, or its line is not printable ASCII.</exception>
    public static IReadOnlyDictionary<string, string> ReadFolder(string folder)
    {
        var passwords = new Dictionary<string, string>();
        foreach (var role in Roles)
        {
            var file = Path.Combine(folder, role);
            if (role == "owner" && !File.Exists(file))
                continue;

            var password = File.ReadAllText(file).TrimEnd('\r', '\n');
            // SASLprep (RFC 4013) leaves printable ASCII as it is; for anything else the verifier could disagree with the client.
            if (password.Length == 0 || password.Any(character => character is < ' ' or > '~'))
                throw new FormatException($"The file '{role}' does not hold one line of printable ASCII.");
            passwords["sa_" + role] = password;
        }

        return passwords;
    }

    internal static async Task SetAsync(NpgsqlConnection connection, string role, string password, CancellationToken cancellation)
    {
        var quoted = new NpgsqlCommandBuilder().QuoteIdentifier(role);
        await using var command = new NpgsqlCommand($"alter role {quoted} password '{Verifier(password)}'", connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    // RFC 5803 as Postgres stores it: SCRAM-SHA-256$<iterations>:<salt>$<StoredKey>:<ServerKey>, base64 throughout.
    private static string Verifier(string password)
    {
        var salt = RandomNumberGenerator.GetBytes(16);
        var salted = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password), salt, Iterations, HashAlgorithmName.SHA256, 32);
        var storedKey = SHA256.HashData(HMACSHA256.HashData(salted, "Client Key"u8));
        var serverKey = HMACSHA256.HashData(salted, "Server Key"u8);
        return $"SCRAM-SHA-256${Iterations}:{Convert.ToBase64String(salt)}${Convert.ToBase64String(storedKey)}:{Convert.ToBase64String(serverKey)}";
    }
}

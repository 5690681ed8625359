using System.Security.Cryptography.X509Certificates;

namespace SigningAuthority.IntegrationTests.Fixtures;

/// <summary>What an operator does now and then, by the command line.</summary>
internal static class OperatorActs
{
    /// <returns>The token itself, which is shown this once.</returns>
    public static Task<string> CreateTokenAsync(this RunningAuthority authority, string role, string label, string? provider = null) =>
        authority.OperatorAsync([
            "token",
            "create",
            "--role",
            role,
            "--label",
            label,
            .. provider is null ? Array.Empty<string>() : ["--provider", provider],
        ]);

    /// <summary>Enrols another station with a key of its own.</summary>
    public static async Task<X509Certificate2> EnrolStationAsync(this RunningAuthority authority, string name)
    {
        var (csr, key, certificate) = (
            Path.Combine(authority.Folder, name + ".csr"),
            Path.Combine(authority.Folder, name + ".key"),
            Path.Combine(authority.Folder, name + ".crt")
        );
        await OpenSsl.RunAsync(
            "req",
            "-new",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-sha256",
            "-keyout",
            key,
            "-out",
            csr,
            "-subj",
            "/CN=" + name
        );
        await authority.OperatorAsync("station", "enrol", name, "--csr", csr, "--out", certificate);
        return X509Certificate2.CreateFromPemFile(certificate, key);
    }
}

using System.Text.Json;
using System.Text.Json.Nodes;
using SigningAuthority.IntegrationTests.Fixtures;
using Xunit;

namespace SigningAuthority.IntegrationTests.Stations;

/// <summary>
/// An authority whose ca-config names a planning desk's key, "plant-1", made by openssl as its README says; and the desk, which writes
/// orders and signs them with openssl.
/// </summary>
public sealed class OrderFiles : IAsyncLifetime
{
    private const string KeyFile = "stations/plant-1.json";

    private static int s_made;

    private readonly string _folder = Directory.CreateTempSubdirectory("sa-orders-").FullName;

    internal RunningAuthority Authority { get; private set; } = null!;

    internal string PublicKeyFile => Path.Combine(_folder, "plant-1.pub");

    /// <summary>A ca-config in which the key is withdrawn.</summary>
    internal string WithdrawnConfig => Path.Combine(_folder, "ca-config-withdrawn");

    private string PrivateKeyFile => Path.Combine(_folder, "plant-1.key");

    public async Task InitializeAsync()
    {
        await OpenSsl.RunAsync("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", PrivateKeyFile);
        await OpenSsl.RunAsync("pkey", "-in", PrivateKeyFile, "-pubout", "-out", PublicKeyFile);
        var der = Path.Combine(_folder, "plant-1.der");
        await OpenSsl.RunAsync("pkey", "-in", PrivateKeyFile, "-pubout", "-outform", "DER", "-out", der);
        var config = Path.Combine(_folder, "ca-config");
        await WriteConfigAsync(config, await File.ReadAllBytesAsync(der), isWithdrawn: false);
        await WriteConfigAsync(WithdrawnConfig, await File.ReadAllBytesAsync(der), isWithdrawn: true);
        Authority = await RunningAuthority.StartAsync(new AuthorityOptions { Keys = KeyStoreKind.File, CaConfig = config });
    }

    public async Task DisposeAsync()
    {
        await Authority.VerifyLogAsync();
        await Authority.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>An order for any of 256 addresses, which a test changes.</summary>
    internal static JsonObject Order(string name, int quantity = 10) =>
        new()
        {
            ["signedBy"] = "plant-1",
            ["order"] = name,
            ["products"] = new JsonArray("SPA962"),
            ["macRanges"] = new JsonArray("000E08000000..000E0800FFFF"),
            ["serials"] = new JsonArray("*"),
            ["quantity"] = quantity,
            ["stations"] = new JsonArray(RunningAuthority.Line),
            ["notBefore"] = DateTimeOffset.UtcNow.AddDays(-1).ToString("yyyy-MM-ddTHH:mm:ssZ"),
            ["notAfter"] = DateTimeOffset.UtcNow.AddDays(30).ToString("yyyy-MM-ddTHH:mm:ssZ"),
        };

    /// <summary>Writes an order down and signs it.</summary>
    internal async Task<(string File, string Signature)> SignAsync(JsonObject order)
    {
        var file = Path.Combine(_folder, $"order-{Interlocked.Increment(ref s_made)}.json");
        await File.WriteAllTextAsync(file, order.ToJsonString());
        return (file, await SignAsync(file));
    }

    /// <summary>Signs a file, once more if it was signed: ECDSA's signatures differ.</summary>
    internal async Task<string> SignAsync(string file)
    {
        var signature = $"{file}.{Interlocked.Increment(ref s_made)}.sig";
        await OpenSsl.RunAsync("dgst", "-sha256", "-sign", PrivateKeyFile, "-out", signature, file);
        return signature;
    }

    /// <summary>`operator order load`.</summary>
    internal Task<ProgramResult> LoadAsync(string file, string signature) =>
        Authority.RunSignerVerbAsync("sa_operator", "operator", "order", "load", file, "--signature", signature);

    private static async Task WriteConfigAsync(string folder, byte[] publicKey, bool isWithdrawn)
    {
        CaConfigCopy.Write(folder);
        await File.WriteAllTextAsync(
            Path.Combine(folder, KeyFile),
            JsonSerializer.Serialize(
                new
                {
                    id = "plant-1",
                    displayName = "Planning",
                    publicKey = Convert.ToBase64String(publicKey),
                    products = (string[])["SPA962"],
                    stations = (string[])["*"],
                    notBefore = "2026-01-01T00:00:00Z",
                    notAfter = "2999-01-01T00:00:00Z",
                    withdrawn = isWithdrawn,
                }
            )
        );
    }
}

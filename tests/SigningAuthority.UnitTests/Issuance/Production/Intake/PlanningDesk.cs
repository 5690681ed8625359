using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Production.Intake;
using SigningAuthority.UnitTests.Issuance.Configuration;

namespace SigningAuthority.UnitTests.Issuance.Production.Intake;

/// <summary>Somebody who plans production and signs orders with a key of their own, "plant-1".</summary>
internal sealed class PlanningDesk : IDisposable
{
    public const string Key = "plant-1";

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>What plant-1's file in ca-config/stations/ says, to be changed.</summary>
    public Dictionary<string, object> KeyFile =>
        new()
        {
            ["id"] = Key,
            ["displayName"] = "Planning",
            ["publicKey"] = Convert.ToBase64String(_key.ExportSubjectPublicKeyInfo()),
            ["products"] = (string[])["SPA962", "SPA504G"],
            ["stations"] = (string[])["line-1"],
            ["notBefore"] = "2026-11-01T00:00:00Z",
            ["notAfter"] = "2026-12-01T00:00:00Z",
        };

    /// <summary>The order of <see cref="ProposedOrderTests.Good"/>, to be changed.</summary>
    public static Dictionary<string, object> Order =>
        new()
        {
            ["signedBy"] = Key,
            ["order"] = "week-47",
            ["products"] = (string[])["SPA962"],
            ["macRanges"] = (string[])["000E08100000..000E081003E7"],
            ["serials"] = (string[])["FM500H000001..FM500H001000"],
            ["quantity"] = 1000,
            ["stations"] = (string[])["line-1"],
            ["notBefore"] = "2026-11-20T00:00:00Z",
            ["notAfter"] = "2026-12-01T00:00:00+01:00",
            ["keySource"] = "Device",
        };

    public AuthorityConfiguration Configuration(Action<Dictionary<string, object>>? change = null)
    {
        var key = KeyFile;
        change?.Invoke(key);
        using var folder = new ConfigurationFolder();
        File.WriteAllText(folder.In("stations/plant-1.json"), JsonSerializer.Serialize(key));
        return AuthorityConfiguration.Load(folder.Path);
    }

    public SignedOrderFile Sign(string file) => Sign(file, _key);

    public SignedOrderFile Sign(Action<Dictionary<string, object>>? change = null)
    {
        var order = Order;
        change?.Invoke(order);
        return Sign(JsonSerializer.Serialize(order));
    }

    /// <summary>As `openssl dgst -sha256 -sign` does.</summary>
    public static SignedOrderFile Sign(string file, ECDsa key)
    {
        var octets = Encoding.UTF8.GetBytes(file);
        return new SignedOrderFile(octets, key.SignData(octets, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
    }

    public void Dispose() => _key.Dispose();
}

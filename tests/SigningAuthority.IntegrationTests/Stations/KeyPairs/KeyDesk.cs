using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.Issuance.Production;

namespace SigningAuthority.IntegrationTests.Stations.KeyPairs;

/// <summary>A station whose units can't make keys.</summary>
internal sealed class KeyDesk(RunningAuthority authority)
{
    public const string KeysPath = "api/v1/station/keys/";

    public StationDesk Station { get; } = new(authority.StationClient());

    /// <summary>An order whose units get their keys from the authority.</summary>
    public Task<ProductionOrder> OrderAsync(int quantity = 100, KeySource source = KeySource.Authority) =>
        new OrderDesk(authority).MakeAsync(OrderDesk.Wide(quantity) with { KeySource = source });

    /// <summary>What a station sends to have a key made.</summary>
    public static object Wish(FactoryDevice unit, ProductionOrder order) =>
        new
        {
            mac = unit.Mac,
            serial = unit.Serial,
            product = unit.Product,
            generateKey = true,
            order = order.Name,
        };

    public async Task<KeyedUnit> DrawAsync(FactoryDevice unit, ProductionOrder order)
    {
        var answer = await Station.SubmitAsync(Wish(unit, order));
        return (int)answer.Status is 200 or 201 ? KeyedUnit.Of(answer) : throw new InvalidOperationException(answer.ToString());
    }

    /// <summary>Opens an envelope as a station does; null where openssl can't.</summary>
    /// <param name="recipient">Files of a certificate and its key.</param>
    public async Task<RSA?> OpenAsync(string envelope, (string Certificate, string Key) recipient)
    {
        var file = Path.Combine(authority.Scratch, Guid.NewGuid().ToString("N"));
        await File.WriteAllTextAsync(file + ".cms", envelope);
        var opened = await OpenSsl.TryAsync(
            "cms",
            "-decrypt",
            "-inform",
            "PEM",
            "-in",
            file + ".cms",
            "-recip",
            recipient.Certificate,
            "-inkey",
            recipient.Key,
            "-out",
            file + ".der"
        );
        if (opened.ExitCode != 0)
            return null;
        var key = RSA.Create();
        key.ImportFromPem(await OpenSsl.RunAsync("pkey", "-inform", "DER", "-in", file + ".der"));
        File.Delete(file + ".der");
        return key;
    }

    public async Task<RSA> OpenAsync(string envelope) =>
        await OpenAsync(envelope, (authority.StationCertificateFile, authority.StationKeyFile))
        ?? throw new InvalidOperationException("The station can't open its envelope.");
}

/// <summary>A unit's certificate and key, as the station got them.</summary>
internal sealed record KeyedUnit(string Certificate, Guid KeyId, string Recipient, string? Envelope, bool IsErased)
{
    public static KeyedUnit Of(Answer answer)
    {
        var key = answer.Json.GetProperty("key");
        return new KeyedUnit(
            answer.Member("certificate"),
            key.GetProperty("id").GetGuid(),
            key.GetProperty("recipientSha256").GetString()!,
            key.TryGetProperty("envelope", out var envelope) ? envelope.GetString() : null,
            key.TryGetProperty("erasedAt", out _)
        );
    }

    /// <summary>Whether the certificate is that of the key.</summary>
    public bool Fits(RSA key)
    {
        using var certificate = X509Certificate2.CreateFromPem(Certificate);
        return certificate.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.ExportSubjectPublicKeyInfo());
    }
}

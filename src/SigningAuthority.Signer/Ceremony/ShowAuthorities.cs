using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Storage.Certificates;

namespace SigningAuthority.Signer.Ceremony;

/// <summary><c>ceremony show</c>: how far each configured authority has come.</summary>
internal sealed class ShowAuthorities(AuthorityConfiguration configuration, Authorities authorities, TextWriter output)
{
    public async Task RunAsync(CancellationToken cancel)
    {
        var created = (await authorities.ReadAllAsync(cancel)).ToDictionary(a => a.Authority);
        foreach (var definition in configuration.Authorities)
        {
            var state =
                created.TryGetValue(definition.Id, out var authority) ? Describe(authority)
                : await authorities.FindIntentAsync(definition.Id, cancel) is { } intent
                    ? $"interrupted on {intent.CreatedAt:yyyy-MM-dd HH:mm:ss}Z: hold the ceremony again"
                : "not created";
            await output.WriteLineAsync($"{definition.Id, -12} {definition.Purpose, -17} {definition.Key, -9} {state}");
        }
    }

    private static string Describe(AuthorityCertificate authority)
    {
        var identity = authority.Sha256 is { } sha256
            ? $"certificate {Convert.ToHexStringLower(sha256)}"
            : $"public key {Convert.ToHexStringLower(authority.PublicKeySha256)}";
        return $"created {authority.CreatedAt:yyyy-MM-dd}, until {authority.NotAfter:yyyy-MM-dd}, {identity}";
    }
}

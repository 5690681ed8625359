using Npgsql;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Storage.Certificates;
using SigningAuthority.Storage.Roots;

namespace SigningAuthority.Signer.Operators;

/// <summary>The authorities at the moment of an operator's command, for the decision before a request is queued.</summary>
internal static class AvailableNow
{
    public static async Task<AuthoritiesAt> ReadAsync(
        NpgsqlDataSource database,
        AuthorityConfiguration configuration,
        CancellationToken cancellation
    )
    {
        var all = await new Authorities(database).ReadAllAsync(cancellation);
        return (await new RootManifests(database).ReadTimesAsync(configuration, all, cancellation)).At(DateTimeOffset.UtcNow);
    }
}

using Microsoft.Extensions.DependencyInjection;
using SigningAuthority.Issuance.Revocations;
using SigningAuthority.Storage.Revocations;

namespace SigningAuthority.Signer.Lanes;

internal static class RevocationServices
{
    public static IServiceCollection AddRevocations(this IServiceCollection services) =>
        services
            .AddSingleton<RevocationPolicy>()
            .AddSingleton<RevocationsAtTheKey>()
            .AddSingleton<RecallsAtTheKey>()
            .AddSingleton(provider => new Recalls(provider.GetRequiredService<Npgsql.NpgsqlDataSource>()))
            .AddSingleton<RuleOnRevocation>()
            .AddSingleton<CarryOutRecalls>()
            .AddHostedService<DecideRevocations>();
}

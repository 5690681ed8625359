using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Signer.Lanes;
using SigningAuthority.Storage.Ocsp;

namespace SigningAuthority.Signer.Ocsp;

internal static class OcspServices
{
    /// <summary>For lanes whose authorities have certificates: the log's has none.</summary>
    public static IServiceCollection AddOcsp(this IServiceCollection services, SignerSettings settings) =>
        settings.Lanes.All(lane => lane == Lane.Log)
            ? services
            : services
                .AddSingleton<OcspAtTheKey>()
                .AddSingleton<KeptResponders>()
                .AddSingleton<PrepareResponder>()
                .AddSingleton<OcspMetrics>()
                .AddSingleton<SignAnswer>()
                .AddSingleton(provider => new AnswerPace(
                    // Those with a nonce and those without, each as many as one front door passes on.
                    2 * provider.GetRequiredService<AuthorityConfiguration>().Policy.Ocsp.MostOnDemandPerSecond,
                    provider.GetRequiredService<LanesAtWork>(),
                    provider.GetRequiredService<TimeProvider>()
                ))
                .AddSingleton<AnswerBatch>()
                .AddHostedService<KeepResponders>()
                .AddHostedService<AnswerQuestions>()
                .AddHostedService<SignAhead>();
}

using SigningAuthority.Storage.Limits;

namespace SigningAuthority.Api.Limits;

internal static class LimitServices
{
    public static IServiceCollection AddLimits(this IServiceCollection services) =>
        services.AddSingleton<Allowances>().AddSingleton<KeptLimits>().AddSingleton<EnforceLimits>();

    /// <summary>After authorization: who may not call at all is not counted, and costs no more than the refusal.</summary>
    public static void UseLimits(this WebApplication app)
    {
        var enforce = app.Services.GetRequiredService<EnforceLimits>();
        app.Use((context, next) => enforce.InvokeAsync(context, next));
    }

    public static TBuilder LimitedBy<TBuilder>(this TBuilder builder, string name)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new LimitedBy(name));
}

using Microsoft.AspNetCore.Authentication;

namespace SigningAuthority.Api.Access;

/// <summary>The five kinds of callers; each endpoint requires one of them by name, or is public on purpose.</summary>
internal static class AccessPolicies
{
    public const string Provider = "provider";
    public const string Auditor = "auditor";
    public const string Operator = "operator";
    public const string Officer = "officer";
    public const string Station = "station";

    public static IServiceCollection AddAccess(this IServiceCollection services)
    {
        services.AddSingleton<RecordAccessRefusal>();
        services.AddSingleton<KnownStations>();
        services
            .AddAuthentication(BearerAuthentication.Scheme)
            .AddScheme<AuthenticationSchemeOptions, BearerAuthentication>(BearerAuthentication.Scheme, null)
            .AddScheme<AuthenticationSchemeOptions, StationAuthentication>(StationAuthentication.Scheme, null);
        services
            .AddAuthorizationBuilder()
            .AddPolicy(Provider, policy => policy.AddAuthenticationSchemes(BearerAuthentication.Scheme).RequireRole(Provider))
            .AddPolicy(Auditor, policy => policy.AddAuthenticationSchemes(BearerAuthentication.Scheme).RequireRole(Auditor))
            .AddPolicy(Operator, policy => policy.AddAuthenticationSchemes(BearerAuthentication.Scheme).RequireRole(Operator))
            .AddPolicy(Officer, policy => policy.AddAuthenticationSchemes(BearerAuthentication.Scheme).RequireRole(Officer))
            .AddPolicy(Station, policy => policy.AddAuthenticationSchemes(StationAuthentication.Scheme).RequireRole(Station));
        return services;
    }
}

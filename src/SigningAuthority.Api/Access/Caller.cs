using System.Security.Claims;

namespace SigningAuthority.Api.Access;

/// <summary>Who a request comes from, as its authentication found it.</summary>
/// <param name="Role">One of <see cref="AccessPolicies"/>.</param>
/// <param name="Actor">As the log names it: "provider/telco", "station/line-1", "auditor/quarterly review".</param>
/// <param name="Id">The tenant's id for a provider, the station's for a station, the registration's for an officer, otherwise the token's.</param>
internal sealed record Caller(string Role, string Actor, Guid Id)
{
    private const string TokenClaim = "token";

    public const string Anonymous = "anonymous";

    /// <summary>The bearer token's id; null where another credential was shown.</summary>
    public Guid? TokenId { get; init; }

    /// <summary>The provider that it is; null for all others.</summary>
    public Guid? TenantId => Role == AccessPolicies.Provider ? Id : null;

    /// <summary>Of a request that passed authorization.</summary>
    /// <exception cref="InvalidOperationException">It did not: an endpoint lacks its policy.</exception>
    public static Caller Of(HttpContext context) =>
        Find(context) ?? throw new InvalidOperationException("This endpoint is open to callers without a credential.");

    public static Caller? Find(HttpContext context) =>
        context.User.Identity is ClaimsIdentity { IsAuthenticated: true } identity
        && identity.FindFirst(ClaimTypes.Role)?.Value is { } role
        && identity.FindFirst(ClaimTypes.Name)?.Value is { } actor
        && Guid.TryParse(identity.FindFirst(ClaimTypes.NameIdentifier)?.Value, out var id)
            ? new Caller(role, actor, id) { TokenId = Guid.TryParse(identity.FindFirst(TokenClaim)?.Value, out var token) ? token : null }
            : null;

    public ClaimsPrincipal ToPrincipal(string scheme) =>
        new(
            new ClaimsIdentity(
                [
                    new Claim(ClaimTypes.Role, Role),
                    new Claim(ClaimTypes.Name, Actor),
                    new Claim(ClaimTypes.NameIdentifier, Id.ToString()),
                    .. TokenId is { } token ? [new Claim(TokenClaim, token.ToString())] : Array.Empty<Claim>(),
                ],
                scheme
            )
        );
}

using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using SigningAuthority.Storage.Access;

namespace SigningAuthority.Api.Access;

/// <summary>Bearer tokens (RFC 6750), looked up by their hash on each request, so that revoking one works at once.</summary>
internal sealed class BearerAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder,
    Tokens tokens,
    RecordAccessRefusal refusal
) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public new const string Scheme = "Bearer";

    private const string Prefix = Scheme + " ";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        // Without TLS a token is not looked at: whoever sent it that way must not find that it works.
        if (header.Length == 0 || !Request.IsHttps)
            return AuthenticateResult.NoResult();
        if (!header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            return AuthenticateResult.Fail(AccessDefects.NotBearer);

        return await tokens.FindAsync(header[Prefix.Length..].Trim(), Context.RequestAborted) is { } found
            ? AuthenticateResult.Success(new AuthenticationTicket(Identify(found).ToPrincipal(Scheme), Scheme))
            : AuthenticateResult.Fail(AccessDefects.TokenNotValid);
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var defect = (await HandleAuthenticateOnceSafeAsync()).Failure?.Message;
        // RFC 6750 §3.1: no error code where no credential was sent.
        Response.Headers.WWWAuthenticate = defect is null
            ? "Bearer realm=\"signing-authority\""
            : "Bearer realm=\"signing-authority\", error=\"invalid_token\"";
        await refusal.UnauthenticatedAsync(Context, defect ?? AccessDefects.NoToken);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) => refusal.ForbiddenAsync(Context);

    private static Caller Identify(PresentedToken found) => Name(found) with { TokenId = found.Token.Id };

    private static Caller Name(PresentedToken found) =>
        found.Token.Role switch
        {
            TokenRole.Provider => new Caller(AccessPolicies.Provider, "provider/" + found.ProviderName, found.Token.ProviderId!.Value),
            TokenRole.Auditor => new Caller(AccessPolicies.Auditor, "auditor/" + found.Token.Label, found.Token.Id),
            TokenRole.Officer => new Caller(AccessPolicies.Officer, "officer/" + found.OfficerName, found.Token.OfficerId!.Value),
            _ => new Caller(AccessPolicies.Operator, "operator/" + found.Token.Label, found.Token.Id),
        };
}

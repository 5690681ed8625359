using System.Security.Cryptography;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace SigningAuthority.Api.Access;

/// <summary>Mutual TLS: the handshake proved that the caller holds the key; here the certificate is judged.</summary>
internal sealed class StationAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder,
    KnownStations stations,
    RecordAccessRefusal refusal
) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public new const string Scheme = "Station";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (await Context.Connection.GetClientCertificateAsync(Context.RequestAborted) is not { } certificate)
            return AuthenticateResult.NoResult();

        var verdict = await stations.JudgeAsync(certificate, SHA256.HashData(certificate.RawDataMemory.Span), Context.RequestAborted);
        return verdict.Caller is { } caller
            ? AuthenticateResult.Success(new AuthenticationTicket(caller.ToPrincipal(Scheme), Scheme))
            : AuthenticateResult.Fail(verdict.Defect!);
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties) =>
        await refusal.UnauthenticatedAsync(
            Context,
            (await HandleAuthenticateOnceSafeAsync()).Failure?.Message ?? AccessDefects.NoCertificate
        );

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) => refusal.ForbiddenAsync(Context);
}

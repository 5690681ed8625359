using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading.RateLimiting;
using SigningAuthority.Api.Access;
using SigningAuthority.Api.Problems;
using SigningAuthority.Api.Requests;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Revocations;
using SigningAuthority.Storage.Revocations;

namespace SigningAuthority.Api.Revocations;

/// <summary>What whoever has a certificate's private key sends to have it revoked.</summary>
/// <param name="Certificate">PEM; or "authority" and "serialNumber".</param>
/// <param name="Authority">The issuing authority's id.</param>
/// <param name="SerialNumber">Hexadecimal.</param>
/// <param name="Reason">unspecified, keyCompromise, affiliationChanged, superseded or cessationOfOperation.</param>
/// <param name="Signature">Base64 over the statement: openssl dgst -sha256 -sign device.key statement.txt | base64 -w0.</param>
internal sealed record PossessionBody(string? Certificate, string? Authority, string? SerialNumber, string Reason, string Signature);

/// <summary>As <see cref="PossessionBody"/>, before it is signed.</summary>
internal sealed record StatementBody(string? Certificate, string? Authority, string? SerialNumber, string Reason);

/// <summary>What is to be signed.</summary>
/// <param name="Authority">The id of the certificate's issuer.</param>
/// <param name="SerialNumber">Upper-case hexadecimal.</param>
/// <param name="Text">UTF-8, each line ended by a line feed: sign exactly this.</param>
internal sealed record StatementToSign(string Authority, string SerialNumber, string Text);

/// <summary>
/// POST /api/v1/revocations: for whoever has the certificate's private key, and shows it by a signature. A certificate is public, so that having it
/// shows nothing. Open to anybody, so that calls are counted by where they come from.
/// </summary>
internal sealed class RevokeByPossession(RevocableCertificates certificates, AskForRevocation ask, RefuseAtDoor refuse) : IDisposable
{
    public const string Path = "/api/v1/revocations";
    public const string StatementPath = Path + "/statements";

    private const int CallsInAMinute = 30;
    private const int AllCallsInAMinute = 600;
    private const int LongestSignature = 2048;
    private const string Example =
        "{\"authority\": \"client\", \"serialNumber\": \"4C01…\", \"reason\": \"keyCompromise\", \"signature\": \"MIIB…\"}";

    private static readonly Rule Unknown = new(
        "revocation-certificate-unknown",
        "what is revoked is the very certificate that was issued, octet by octet"
    );
    private static readonly Rule Unsigned = new("revocation-signature", "a statement counts by its signature, not by who brings it");

    private readonly PartitionedRateLimiter<string> _limiter = PartitionedRateLimiter.Create<string, string>(source =>
        RateLimitPartition.GetFixedWindowLimiter(
            source,
            _ => new FixedWindowRateLimiterOptions
            {
                PermitLimit = CallsInAMinute,
                Window = TimeSpan.FromMinutes(1),
                QueueLimit = 0,
            }
        )
    );

    private readonly FixedWindowRateLimiter _all = new(
        new FixedWindowRateLimiterOptions
        {
            PermitLimit = AllCallsInAMinute,
            Window = TimeSpan.FromMinutes(1),
            QueueLimit = 0,
        }
    );

    /// <summary>The statement to sign about a certificate; nothing is asked for by this.</summary>
    public async Task<IResult> StateAsync(HttpContext context)
    {
        if (IsTooMuch(context))
            return TooMany();
        var body = await ReadBody.ReadAsync(context.Request);
        if (body.Defect is { } defect)
            return await RefuseAsync([defect]);

        using var json = JsonEnvelope.Read(body.Octets, Example);
        json.RequireKnown(["certificate", "authority", "serialNumber", "reason"]);
        List<Violation> found = [];
        var reason = RevocationWords.ReadReason(json, RevocationAsker.Possession, RevocationAction.Revoke, found);
        var certificate = await FindAsync(json, found, context.RequestAborted);
        IReadOnlyList<Violation> violations = [.. json.Violations, .. found];
        if (violations.Count > 0 || certificate is null || reason is null)
            return await RefuseAsync(violations);
        var facts = certificate.Facts;
        var statement = new PossessionStatement(facts.Authority, facts.SerialNumber, reason.Value);
        return Results.Json(new StatementToSign(facts.Authority, facts.SerialNumber.Hex, statement.ToString()));
    }

    public async Task<IResult> HandleAsync(HttpContext context)
    {
        if (IsTooMuch(context))
            return TooMany();

        var query = new QueryValues(context.Request.Query);
        var patience = AskForRevocation.PatienceOf(query);
        var body = await ReadBody.ReadAsync(context.Request);
        if (body.Defect is { } defect)
            return await RefuseAsync([defect]);

        using var json = JsonEnvelope.Read(body.Octets, Example);
        json.RequireKnown(["certificate", "authority", "serialNumber", "reason", "signature"]);
        List<Violation> found = [.. query.Violations];
        var reason = RevocationWords.ReadReason(json, RevocationAsker.Possession, RevocationAction.Revoke, found);
        var signature = ReadSignature(json, found);
        var certificate = await FindAsync(json, found, context.RequestAborted);
        IReadOnlyList<Violation> violations = [.. json.Violations, .. found];
        if (violations.Count > 0 || certificate is null || reason is null || signature is null)
            return await RefuseAsync(violations);

        var statement = new PossessionStatement(certificate.Facts.Authority, certificate.Facts.SerialNumber, reason.Value);
        return RevocationPolicy.IsSignedByHolder(certificate.Facts.Der, statement.Encode(), signature)
            ? await ask.AnswerAsync(ToRevocation(certificate, reason.Value, signature), patience, context.RequestAborted)
            : await RefuseAsync([NotSigned(statement)], certificate.Subject);
    }

    private static NewRevocation ToRevocation(RevocableCertificate certificate, RevocationReason reason, byte[] signature) =>
        new(certificate, RevocationAction.Revoke, reason, null, RevocationAsker.Possession, null, Caller.Anonymous, Signature: signature);

    /// <summary>Of IPv6 the network: an address in it costs nobody anything (RFC 6177).</summary>
    private static string Source(HttpContext context) =>
        context.Connection.RemoteIpAddress is { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: false } address
            ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8))
            : SourceAddress.Of(context) ?? "unknown";

    /// <summary>All sources together have an end too: what is refused is an entry for ever.</summary>
    private bool IsTooMuch(HttpContext context)
    {
        using var own = _limiter.AttemptAcquire(Source(context));
        if (!own.IsAcquired)
            return true;
        using var all = _all.AttemptAcquire();
        return !all.IsAcquired;
    }

    private static ProblemResult TooMany() => ProblemKinds.RateLimited.Because("Too many requests came from your address.").After(60);

    public void Dispose()
    {
        _limiter.Dispose();
        _all.Dispose();
    }

    private async Task<RevocableCertificate?> FindAsync(JsonEnvelope json, List<Violation> violations, CancellationToken cancellation)
    {
        if (!json.IsRead)
            return null;
        RevocableCertificate? found;
        if (json.Text("certificate") is { } pem)
            found = Digest(pem) is { } sha256 ? await certificates.FindAsync(sha256, cancellation) : null;
        else if (NamedCertificate.Read(json, violations) is { } named)
            found = await certificates.FindAsync(named.Authority, named.SerialNumber, cancellation);
        else
            return null;
        if (found is null)
            violations.Add(
                Unknown.BrokenBy(
                    "certificate",
                    "a certificate that was issued here",
                    "another, or none",
                    "No such certificate was issued here.",
                    "send the certificate as it was downloaded, in PEM"
                )
            );
        return found;
    }

    private static byte[]? Digest(string pem)
    {
        try
        {
            return PemEncoding.TryFind(pem, out var fields) && pem[fields.Label] == "CERTIFICATE"
                ? SHA256.HashData(X509CertificateLoader.LoadCertificate(Convert.FromBase64String(pem[fields.Base64Data])).RawData)
                : null;
        }
        catch (Exception exception) when (exception is CryptographicException or FormatException)
        {
            return null;
        }
    }

    private static byte[]? ReadSignature(JsonEnvelope json, List<Violation> violations)
    {
        var text = json.Text("signature");
        if (!json.IsRead)
            return null;
        var octets = new byte[LongestSignature];
        if (
            text is not null
            && text.Length <= LongestSignature / 3 * 4
            && Convert.TryFromBase64String(text, octets, out var length)
            && length > 0
        )
            return octets[..length];
        violations.Add(
            Unsigned.BrokenBy(
                "signature",
                "the base64 of an RSA signature (PKCS#1 v1.5, SHA-256)",
                text is null ? "nothing" : "something else",
                "There is no signature that can be read.",
                "openssl dgst -sha256 -sign device.key statement.txt | base64 -w0"
            )
        );
        return null;
    }

    private static Violation NotSigned(PossessionStatement statement) =>
        Unsigned.BrokenBy(
            "signature",
            "RSA PKCS#1 v1.5 with SHA-256 over the statement, by the private key of this very certificate",
            "one that does not verify",
            "The statement is not signed with the certificate's key.",
            $"printf '{statement.ToString().Replace("\n", "\\n", StringComparison.Ordinal)}' | openssl dgst -sha256 -sign device.key | base64 -w0"
        );

    private async Task<IResult> RefuseAsync(IReadOnlyList<Violation> violations, string? subject = null) =>
        await refuse.AsAsync(EnvelopeDefects.KindOf(violations), new Refusal(Caller.Anonymous, violations, Subject: subject));
}

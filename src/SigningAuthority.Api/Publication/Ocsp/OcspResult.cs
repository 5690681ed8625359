using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;
using SigningAuthority.Issuance.Ocsp;
using SigningAuthority.Storage.Ocsp;

namespace SigningAuthority.Api.Publication.Ocsp;

/// <summary>What is answered, and where it comes from.</summary>
/// <param name="ThisUpdate">Set where caches may keep it.</param>
internal sealed record OcspOutcome(
    OcspResponseStatus Status,
    byte[] Response,
    string Source,
    DateTimeOffset? ThisUpdate,
    DateTimeOffset? NextUpdate
)
{
    public static OcspOutcome Of(OcspResponseStatus status) => new(status, OcspResponse.Error(status), "none", null, null);

    public static OcspOutcome Of(StoredOcspResponse stored) =>
        new(OcspResponseStatus.Successful, stored.Response, "stored", stored.ThisUpdate, stored.NextUpdate);

    public static OcspOutcome Of(OcspAnswer answer) =>
        new(
            // A refusal of the key room has no times, and ends with its status (RFC 6960 §4.2.1).
            answer.ThisUpdate
                is null
                ? (OcspResponseStatus)answer.Response[^1]
                : OcspResponseStatus.Successful,
            answer.Response,
            "signed",
            answer.IsReusable ? answer.ThisUpdate : null,
            answer.IsReusable ? answer.NextUpdate : null
        );
}

/// <summary>An OCSPResponse over HTTP: 200 whatever its status, since that is what clients read (RFC 6960 appendix A.2).</summary>
internal sealed class OcspResult(OcspOutcome outcome) : IResult
{
    private EntityTagHeaderValue? _tag;
    private int _status = StatusCodes.Status200OK;

    public OcspResult WithStatus(int status)
    {
        _status = status;
        return this;
    }

    /// <summary>
    /// The headers of RFC 5019 §6.2, for GET. Caches let go of it after <paramref name="longest"/> and not at nextUpdate: a revocation is to be
    /// heard of sooner. What is not for everybody, or is an error, they don't keep at all.
    /// </summary>
    public OcspResult Cached(HttpContext context, TimeSpan longest, DateTimeOffset now)
    {
        if (outcome is not { ThisUpdate: { } thisUpdate, NextUpdate: { } nextUpdate })
            return this;
        var left = nextUpdate - now;
        var age = Math.Max(0, (int)Math.Min(left.TotalSeconds, longest.TotalSeconds));
        var headers = context.Response.Headers;
        headers.CacheControl = string.Create(CultureInfo.InvariantCulture, $"max-age={age}, public, no-transform, must-revalidate");
        headers.Expires = HeaderUtilities.FormatDate(now.AddSeconds(age));
        headers.LastModified = HeaderUtilities.FormatDate(thisUpdate);
        _tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(outcome.Response))}\"");
        return this;
    }

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = _status;
        // Only the tag makes a 304. The date is told and not compared: an answer of a revocation may have that of the "good" before it, or, by
        // another Signer's clock, an earlier one, and a cache that asks by date alone would never hear of it.
        return Results.Bytes(outcome.Response, OcspMedia.Response, entityTag: _tag).ExecuteAsync(httpContext);
    }
}

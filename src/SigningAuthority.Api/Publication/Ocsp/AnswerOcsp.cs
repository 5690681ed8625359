using Microsoft.AspNetCore.Http.Features;
using SigningAuthority.Api.Access;
using SigningAuthority.Api.Problems;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Ocsp;
using SigningAuthority.Storage;
using SigningAuthority.Storage.Ocsp;

namespace SigningAuthority.Api.Publication.Ocsp;

/// <summary>
/// Answers questions for the state of certificates: with what was signed before, where anything of it holds, else by asking the key room,
/// and with tryLater where that does not answer in time. Errors are those of RFC 6960 §2.3, which are not signed.
/// </summary>
internal sealed partial class AnswerOcsp(
    OcspIssuers issuers,
    OcspDesk desk,
    StoredAnswers stored,
    AskKeyRoom keyRoom,
    OnDemandRates rates,
    OcspPlaces places,
    OcspMetrics metrics,
    AuthorityConfiguration configuration,
    TimeProvider time,
    ILogger<AnswerOcsp> logger
)
{
    // As long as clients wait (OpenSSL, nginx and GnuTLS: some ten seconds).
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>GET, and HEAD: what can't be read is 400, so that no cache keeps it and a browser sees that something is wrong.</summary>
    public async Task<IResult> GetAsync(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var request = OcspMedia.ReadAddress(target, issuers.IsAuthority, out var authority);
        var outcome = await AnswerAsync(context, request, authority);
        return outcome.Status == OcspResponseStatus.MalformedRequest
            ? Answered(outcome).WithStatus(StatusCodes.Status400BadRequest)
            : Answered(outcome).Cached(context, TimeSpan.FromSeconds(configuration.Policy.Ocsp.CacheSeconds), time.GetUtcNow());
    }

    public async Task<IResult> PostAsync(HttpContext context, string? authority)
    {
        authority = authority?.TrimEnd('/') is { Length: > 0 } named ? named : null;
        if (authority is not null && !issuers.IsAuthority(authority))
            return ProblemKinds.NotFound.Because("There is no authority of this name; POST to /ocsp and it is found by the certificate.");
        if (!OcspMedia.IsRequest(context.Request.ContentType))
            return ProblemKinds.UnsupportedMediaType.Because($"An OCSP request is {OcspMedia.Request} (RFC 6960 appendix A.1).");
        return Answered(await AnswerAsync(context, await OcspMedia.ReadBodyAsync(context.Request), authority));
    }

    private async Task<OcspOutcome> AnswerAsync(HttpContext context, byte[]? request, string? authority)
    {
        if (request is null)
            return OcspOutcome.Of(OcspResponseStatus.MalformedRequest);
        var reading = OcspRequest.Read(request);
        if (reading.Request is not { } asked)
            return OcspOutcome.Of(reading.Status);
        // RFC 5019 §2.2.3: not ours, or of several issuers, for whom no one responder can speak (RFC 6960 §4.2.2.2).
        if (issuers.Find(asked.Certificates) is not { } issuer || (authority is not null && authority != issuer.Authority.Id))
            return OcspOutcome.Of(OcspResponseStatus.Unauthorized);

        try
        {
            return await AnswerAsync(context, request, asked, issuer);
        }
        catch (Exception fault) when (!context.RequestAborted.IsCancellationRequested)
        {
            if (!DatabaseFaults.IsTransient(fault))
                LogFault(fault, issuer.Authority.Id);
            return OcspOutcome.Of(DatabaseFaults.IsTransient(fault) ? OcspResponseStatus.TryLater : OcspResponseStatus.InternalError);
        }
    }

    private async Task<OcspOutcome> AnswerAsync(HttpContext context, byte[] request, OcspRequest asked, OcspIssuer issuer)
    {
        OcspResponseKey? key =
            asked.Certificates is [var id] && id.SerialNumber.Length is > 0 and <= 20 && issuer.IsUsual(id)
                ? new OcspResponseKey(issuer.Authority.Id, id.SerialNumber, issuer.HashName)
                : null;
        var found = asked.Nonce is null ? await FindStoredAsync(key, context) : null;
        if (found is { IsEnding: false })
            return OcspOutcome.Of(found);
        if (await MayAskAsync(context, asked, issuer) && await AskAsync(context, request, issuer) is { } answer)
            return OcspOutcome.Of(answer);
        // RFC 9654 §2.1, RFC 5019 §4: a responder may leave a nonce out, and clients that can live without one do.
        found ??= asked.Nonce is null ? null : await FindStoredAsync(key, context);
        return found is not null && found.NextUpdate > time.GetUtcNow()
            ? OcspOutcome.Of(found)
            : OcspOutcome.Of(OcspResponseStatus.TryLater);
    }

    private async Task<StoredOcspResponse?> FindStoredAsync(OcspResponseKey? key, HttpContext context) =>
        key is { } known ? await stored.FindAsync(known, Patience, context.RequestAborted) : null;

    /// <summary>Whether the rates have room for a question that nothing stored answers.</summary>
    private async Task<bool> MayAskAsync(HttpContext context, OcspRequest asked, OcspIssuer issuer)
    {
        if (!rates.TryTakeShare(SourceAddress.Of(context)))
            return false;
        var serials = asked
            .Certificates.Select(id => id.SerialNumber)
            .Where(serial => !serial.AsSpan().SequenceEqual(issuer.OwnSerialNumber))
            .ToList();
        var isIssued = serials.Count == 0 || await IsIssuedAsync(issuer, serials, context.RequestAborted);
        return rates.TryTake(asked.Nonce is not null, isIssued);
    }

    private Task<bool> IsIssuedAsync(OcspIssuer issuer, IReadOnlyList<byte[]> serials, CancellationToken cancellation) =>
        desk.AreIssuedAsync(issuer.Authority.Id, serials, cancellation).WaitAsync(Patience, cancellation);

    private async Task<OcspAnswer?> AskAsync(HttpContext context, byte[] request, OcspIssuer issuer)
    {
        using var place = places.TryEnter(SourceAddress.Of(context));
        if (place is null)
            return null;
        var began = time.GetTimestamp();
        var answer = await keyRoom.AskAsync(issuer, request, Patience, context.RequestAborted);
        metrics.Waited(time.GetElapsedTime(began), answer is not null);
        return answer;
    }

    private OcspResult Answered(OcspOutcome outcome)
    {
        metrics.Answered(outcome);
        return new OcspResult(outcome);
    }

    [LoggerMessage(LogLevel.Error, "A question for {Authority}'s certificates could not be answered")]
    private partial void LogFault(Exception fault, string authority);
}

using SigningAuthority.Api.Access;
using SigningAuthority.Api.Problems;
using SigningAuthority.Api.Receipts;
using SigningAuthority.Storage.Watch;

namespace SigningAuthority.Api.Providers.Watch;

/// <summary>GET /api/v1/provider/watch/receipts/{fingerprint}.tlog-proof: the receipt of any certificate for a name that the caller holds now.</summary>
internal sealed class DownloadWatchedReceipt(WatchedCertificates watched, AnswerReceipt answer)
{
    public async Task<IResult> HandleAsync(HttpContext context, string fingerprint) =>
        ReceiptServices.ParseFingerprint(fingerprint) is { } sha256
        && await watched.IsWatchedAsync(Caller.Of(context).Id, sha256, context.RequestAborted)
            ? await answer.RunAsync(context, new ReceiptOf(sha256, null, Convert.ToHexStringLower(sha256)))
            : ProblemKinds.NotFound.Because("There is no certificate of this fingerprint for a name of yours.");
}

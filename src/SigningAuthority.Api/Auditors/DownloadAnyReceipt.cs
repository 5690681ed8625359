using SigningAuthority.Api.Problems;
using SigningAuthority.Api.Receipts;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Api.Auditors;

/// <summary>GET /api/v1/audit/receipts/{fingerprint}.tlog-proof: the receipt of any certificate.</summary>
internal sealed class DownloadAnyReceipt(SigningRequestQueries queries, AnswerReceipt answer)
{
    public async Task<IResult> HandleAsync(HttpContext context, string fingerprint) =>
        ReceiptServices.ParseFingerprint(fingerprint) is { } sha256
        && await queries.FindCertificateAsync(sha256, context.RequestAborted) is { } certificate
        && await queries.FindAsync(certificate.RequestId, context.RequestAborted) is { } found
            ? await answer.RunAsync(context, ReceiptOf.Certificate(certificate, found.Request))
            : ProblemKinds.NotFound.Because("There is no certificate of this fingerprint.");
}

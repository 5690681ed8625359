using SigningAuthority.Api.Access;
using SigningAuthority.Api.Problems;
using SigningAuthority.Api.Receipts;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Api.Stations;

/// <summary>GET /api/v1/station/receipts/{fingerprint}.tlog-proof: the receipt of a unit that the station drew.</summary>
internal sealed class DownloadDeviceReceipt(SigningRequestQueries queries, AnswerReceipt answer)
{
    public const string Path = "/api/v1/station/receipts";

    public async Task<IResult> HandleAsync(HttpContext context, string fingerprint) =>
        ReceiptServices.ParseFingerprint(fingerprint) is { } sha256
        && await queries.FindCertificateAsync(sha256, context.RequestAborted) is { } certificate
        && await queries.FindOfStationAsync(Caller.Of(context).Id, certificate.RequestId, context.RequestAborted) is { } found
            ? await answer.RunAsync(context, ReceiptOf.Certificate(certificate, found.Request))
            : ProblemKinds.NotFound.Because("This station drew no certificate of this fingerprint.");
}

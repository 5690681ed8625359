using SigningAuthority.Api.Access;
using SigningAuthority.Api.Problems;
using SigningAuthority.Api.Receipts;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Api.Providers;

/// <summary>GET …/certificates/{generation}.tlog-proof: the receipt of a certificate of one's own.</summary>
internal sealed class DownloadReceipt(SigningRequestQueries queries, AnswerReceipt answer)
{
    public async Task<IResult> HandleAsync(HttpContext context, string id, string generation) =>
        SigningRequestId.TryParse(id, out var requestId)
        && await queries.FindOfProviderAsync(Caller.Of(context).Id, requestId, context.RequestAborted) is { } found
        && found.Certificates.FirstOrDefault(issued => issued.Authority == generation) is { } certificate
            ? await answer.RunAsync(context, new ReceiptOf(certificate.Sha256, found.Request, $"provserver-{generation}"))
            : ProblemKinds.NotFound.Because("You have no certificate of this name. The request's own page lists those it has.");
}

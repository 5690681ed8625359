using System.Text;
using SigningAuthority.Api.Access;
using SigningAuthority.Api.Problems;
using SigningAuthority.Api.Requests;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.IssuanceLog.Proofs;
using SigningAuthority.Storage.Certificates;
using SigningAuthority.Storage.IssuanceLog;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Api.Receipts;

/// <summary>A certificate that the caller may have the receipt of.</summary>
/// <param name="Sha256">Over its DER.</param>
/// <param name="Request">Where the caller may know it.</param>
/// <param name="FileName">Without ".tlog-proof".</param>
internal sealed record ReceiptOf(byte[] Sha256, SigningRequestRecord? Request, string FileName)
{
    /// <summary>By its fingerprint, as for who has no better name for it.</summary>
    public static ReceiptOf Certificate(IssuedCertificate certificate, SigningRequestRecord request) =>
        new(certificate.Sha256, request, Convert.ToHexStringLower(certificate.Sha256));
}

/// <summary>
/// GET ….tlog-proof?wait=seconds: the certificate's "certificate.issued" entry with the proof that it stands in the log (C2SP tlog-proof).
/// Verified offline by <c>signctl log check-receipt</c>. The entry of the download is written before the first octet goes out.
/// </summary>
internal sealed class AnswerReceipt(AwaitReceipt receipts, AppendLogEntries log, TimeProvider time)
{
    public const string MediaType = "text/plain";

    private const int LongestWait = 30;

    public async Task<IResult> RunAsync(HttpContext context, ReceiptOf of)
    {
        var query = new QueryValues(context.Request.Query);
        query.RequireKnown(["wait"]);
        var wait = TimeSpan.FromSeconds(query.Number("wait", 0, LongestWait) ?? 0);
        if (query.Violations.Count > 0)
            return ProblemKinds.Malformed.Because(query.Violations);

        if (await receipts.FindAsync(of.Sha256, wait, context.RequestAborted) is not { } receipt)
        {
            return ProblemKinds
                .NotSealedYet.Because(
                    "The certificate's entry has no place in the log yet: it gets one about a second after it was issued."
                )
                .After(1);
        }

        await log.AppendAsync([ToEntry(Caller.Of(context), of, receipt)], context.RequestAborted);
        return Results.File(Encoding.UTF8.GetBytes(receipt.Format()), MediaType + "; charset=utf-8", of.FileName + Receipt.FileExtension);
    }

    private ReceiptDownloaded ToEntry(Caller caller, ReceiptOf of, Receipt receipt) =>
        new()
        {
            At = time.GetUtcNow(),
            Actor = caller.Actor,
            Subject = of.Request?.Fqdn ?? of.Request?.Mac,
            RequestId = of.Request?.Id.Value,
            Mac = of.Request?.Mac,
            Serial = of.Request?.Serial,
            Fingerprint = Convert.ToHexStringLower(of.Sha256),
            Index = receipt.Inclusion.LeafIndex,
            TreeSize = receipt.Inclusion.TreeSize,
        };
}

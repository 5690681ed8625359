using System.Security.Cryptography;
using System.Text;
using SigningAuthority.Api.Access;
using SigningAuthority.Api.Problems;
using SigningAuthority.Api.Publication;
using SigningAuthority.Api.Receipts;
using SigningAuthority.Api.Requests;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Production;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Api.Stations.Est;

/// <summary>
/// POST …/simpleenroll and …/simplereenroll (RFC 7030 §4.2): a device's request as POST /api/v1/station/devices takes it, in EST's clothes.
/// The same policy, queue and promises: the same device and key get the same certificate, which §4.2.2 leaves to the server.
/// </summary>
internal sealed class EnrolDevice(
    CertifyDevice certify,
    KnownOrders orders,
    ReadEnrolment read,
    FindRenewed renewed,
    RefuseAtDoor refuse,
    WaitingRooms rooms,
    RequestMetrics metrics
)
{
    private const int SecondsUntilSigned = 5;

    public async Task<IResult> HandleAsync(HttpContext context, string? label, bool renews)
    {
        var station = Caller.Of(context);
        if (!EstMedia.IsCertificationRequest(context.Request.ContentType))
            return ProblemKinds.UnsupportedMediaType.Because("RFC 7030 §4.2.1: a request's content type is application/pkcs10.");

        using var place = rooms.Stations.TryEnter();
        if (place is null)
        {
            metrics.Answered(station.Actor, "turned-away");
            return ProblemKinds.Unavailable.Because("Too many devices wait at this moment. Nothing was submitted: try again.").After(1);
        }

        var order = label is null ? null : await orders.FindAsync(label, context.RequestAborted);
        if (label is not null && order is null)
            return ProblemKinds.NotFound.Because("There is no production order of this name.");

        var (request, violations) = await ReadAsync(context.Request);
        if (request is null)
            return await refuse.AsAsync(KindOf(violations), new Refusal(station.Actor, violations));
        return await EnrolAsync(context, station, request, order, renews);
    }

    private async Task<IResult> EnrolAsync(
        HttpContext context,
        Caller station,
        CertificationRequest request,
        ProductionOrder? order,
        bool renews
    )
    {
        var submission = read.Read(request, order);
        if (renews)
            submission = await renewed.CheckAsync(submission, context.RequestAborted);
        var answer = await certify.RunAsync(station, submission, SourceAddress.Of(context), context.RequestAborted);
        if (answer.Certificate is { } issued)
        {
            // RFC 8288: a certs-only answer has no other place to say where its receipt is.
            context.Response.Headers.Link = $"<{issued.Receipt}>; rel=\"describedby\"; type=\"{AnswerReceipt.MediaType}\"";
            return EstMedia.Answer(context, EstMedia.Encode(CertificatesOnly.Encode([DerOf(issued.Certificate)])), EstMedia.Certificates);
        }

        if (answer.Violations.Count > 0)
            return answer.Problem!.Because(answer.Violations);
        return answer.Problem == ProblemKinds.StillQueued ? Accepted(context) : SubmitDevice.Explain(answer).After(SecondsUntilSigned);
    }

    private static async Task<(CertificationRequest? Request, IReadOnlyList<Violation> Violations)> ReadAsync(HttpRequest http)
    {
        var body = await ReadBody.ReadAsync(http);
        if (body.Defect is { } defect)
            return (null, [defect]);
        if (EstMedia.Decode(body.Octets) is not { } der)
            return (
                null,
                [
                    EstRules.NotBase64.BrokenBy(
                        "body",
                        "the base64 of a request's DER",
                        "something else",
                        "The body can't be decoded.",
                        "openssl req -in unit.csr -outform DER | base64 | curl --header 'Content-Type: application/pkcs10' --data-binary @- …"
                    ),
                ]
            );

        var outcome = ReadCertificationRequest.Read(der);
        return (outcome.Request, outcome.Violations);
    }

    /// <summary>RFC 7030 §4.2.3: the request is good and has to wait; the same one, sent again, gets its certificate.</summary>
    private static IResult Accepted(HttpContext context)
    {
        context.Response.Headers.RetryAfter = SecondsUntilSigned.ToString();
        return Results.Text(
            "The request is in the queue and stays there. Send it again: the answer will be its certificate.\n",
            "text/plain",
            Encoding.UTF8,
            StatusCodes.Status202Accepted
        );
    }

    /// <summary>What can't be read has no content to judge: 400 where other doors answer 422.</summary>
    private static ProblemKind KindOf(IReadOnlyList<Violation> violations) =>
        EnvelopeDefects.KindOf(violations) is var kind && kind == ProblemKinds.TooLarge ? kind : ProblemKinds.Malformed;

    private static byte[] DerOf(string pem) => Convert.FromBase64String(pem[PemEncoding.Find(pem).Base64Data]);
}

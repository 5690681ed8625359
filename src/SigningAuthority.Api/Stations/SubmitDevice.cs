using SigningAuthority.Api.Access;
using SigningAuthority.Api.Problems;
using SigningAuthority.Api.Requests;
using SigningAuthority.Api.Stations.KeyPairs;

namespace SigningAuthority.Api.Stations;

/// <summary>The body of a device's request.</summary>
/// <param name="Mac">12 hexadecimal digits, bare or in pairs.</param>
/// <param name="Serial">On the unit's label.</param>
/// <param name="Product">Model name, upper case.</param>
/// <param name="Csr">PEM, or the base64 of DER. Not beside <paramref name="GenerateKey"/>.</param>
/// <param name="Order">Name of the production order; without it the one that lets the unit be drawn and ends first.</param>
/// <param name="Reissue">For a unit that has a certificate for another key, which is revoked by this.</param>
/// <param name="GenerateKey">The unit can't make a key: the authority makes it, and encrypts it to the station's certificate.</param>
internal sealed record DeviceRequest(
    string Mac,
    string Serial,
    string Product,
    string? Csr = null,
    string? Order = null,
    ReissueRequest? Reissue = null,
    bool? GenerateKey = null
);

/// <param name="Reason">scrap, rework or defect.</param>
/// <param name="Note">Your own words, at most 1,000 characters.</param>
/// <param name="Of">Serial number of the certificate that is replaced; needed from the second reissue on.</param>
internal sealed record ReissueRequest(string Reason, string? Note, string? Of);

/// <summary>POST /api/v1/station/devices: the answer is the certificate.</summary>
internal sealed class SubmitDevice(CertifyUnit certify, WaitingRooms rooms, RequestMetrics metrics)
{
    private const int SecondsUntilSigned = 5;

    public async Task<IResult> HandleAsync(HttpContext context)
    {
        var station = Caller.Of(context);
        using var place = rooms.Stations.TryEnter();
        if (place is null)
        {
            metrics.Answered(station.Actor, "turned-away");
            return ProblemKinds
                .Unavailable.Because("Too many devices wait at this moment. Nothing was submitted: repeat the same request.")
                .After(1);
        }

        var body = await ReadBody.ReadAsync(context.Request);
        var submission = body.Defect is { } defect ? DeviceSubmission.Unreadable(defect) : DeviceSubmission.Read(body.Octets);
        using var making = submission.WantsKey ? rooms.Keys.TryEnter() : place;
        if (making is null)
        {
            metrics.Answered(station.Actor, "turned-away");
            return ProblemKinds
                .Unavailable.Because("Too many keys are being made at this moment. Nothing was submitted: repeat the same request.")
                .After(2);
        }

        var answer = await certify.RunAsync(station, submission, SourceAddress.Of(context), context.RequestAborted);
        if (answer.Certificate is { } certificate)
            return Results.Json(certificate, statusCode: answer.Repeated ? StatusCodes.Status200OK : StatusCodes.Status201Created);

        return answer.Violations.Count > 0 ? answer.Problem!.Because(answer.Violations) : Explain(answer).After(SecondsUntilSigned);
    }

    /// <summary>For what is not the caller's fault.</summary>
    public static ProblemResult Explain(CertifiedDevice answer) =>
        answer.Problem == ProblemKinds.StillQueued
            ? answer.Problem.Because(
                $"Request {answer.Id} is in the queue and stays there. Send the same request again: the answer will be its certificate."
            )
            : answer.Problem!.Because(
                $"Request {answer.Id} was given up after several tries; the operator can see why. Sending it again makes a new one."
            );
}

using SigningAuthority.Api.Access;
using SigningAuthority.Api.Problems;
using SigningAuthority.Api.Requests;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.Requests;
using SigningAuthority.Storage.Rollover;

namespace SigningAuthority.Api.Stations;

/// <summary>How one device's request ended for its station: a certificate, or a kind of problem.</summary>
/// <param name="Problem">Null exactly when there is a certificate.</param>
/// <param name="Repeated">The certificate was there before.</param>
internal sealed record CertifiedDevice(
    SigningRequestId? Id,
    DeviceCertificate? Certificate,
    ProblemKind? Problem,
    IReadOnlyList<Violation> Violations,
    bool Repeated
);

/// <summary>One device from its submission to its certificate: through the door, then waiting for the key room.</summary>
internal sealed class CertifyDevice(
    DeviceIntake door,
    FinishedRequests finished,
    RecordHandovers handovers,
    ResignedUnits resigned,
    RequestMetrics metrics,
    Hosting.ApiSettings settings,
    TimeProvider time
)
{
    public async Task<CertifiedDevice> RunAsync(Caller station, DeviceSubmission submission, string? source, CancellationToken cancellation)
    {
        var (id, began) = (SigningRequestId.New(time), time.GetTimestamp());
        // Expected before it is submitted: its end can't be missed.
        using var expected = finished.Expect(id);
        var admitted = await door.SubmitAsync(new Intake(id, station, submission, source), cancellation);
        if (admitted.Refused is { } kind)
        {
            metrics.Answered(station.Actor, kind == ProblemKinds.DeviceConflict ? "conflict" : "refused");
            return new CertifiedDevice(null, null, kind, admitted.Violations, false);
        }

        var result = admitted.Repeated is { } earlier
            ? await AwaitEarlierAsync(earlier.Id, cancellation)
            : await expected.UntilAsync(settings.StationWait, time, cancellation);
        var answer = await AnswerAsync(station, admitted.Repeated?.Id ?? id, result, admitted.Repeated is { State: RequestState.Issued });
        metrics.Answered(station.Actor, Outcome(answer));
        if (answer.Certificate is not null)
            metrics.Waited("station", time.GetElapsedTime(began));
        return answer;
    }

    private async Task<RequestWithCertificates?> AwaitEarlierAsync(SigningRequestId id, CancellationToken cancellation)
    {
        using var expected = finished.Expect(id);
        expected.LookNow();
        return await expected.UntilAsync(settings.StationWait, time, cancellation);
    }

    private async Task<CertifiedDevice> AnswerAsync(Caller station, SigningRequestId id, RequestWithCertificates? result, bool repeated)
    {
        switch (result?.Request.State)
        {
            case RequestState.Issued:
                // A first answer is covered by the entries of its issuance; handing the certificate out again is an act of its own. The same
                // octets each time, until a later generation of the root signs the unit's certificate anew: then that one's.
                if (repeated)
                    result = await resigned.NewestOfAsync(result, CancellationToken.None);
                if (repeated)
                    await handovers.RunAsync(ToEntry(station, result), CancellationToken.None);
                return new CertifiedDevice(id, DeviceCertificate.Of(result), null, [], repeated);
            case RequestState.Refused:
                return new CertifiedDevice(id, null, ProblemKinds.Refused, result.Request.Violations, false);
            case RequestState.Failed or RequestState.Withdrawn:
                return new CertifiedDevice(id, null, ProblemKinds.IssuanceFailed, [], false);
            default:
                return new CertifiedDevice(id, null, ProblemKinds.StillQueued, [], false);
        }
    }

    private CertificateDownloaded ToEntry(Caller station, RequestWithCertificates result) =>
        new()
        {
            At = time.GetUtcNow(),
            Actor = station.Actor,
            Subject = result.Request.Mac,
            RequestId = result.Request.Id.Value,
            Mac = result.Request.Mac,
            Serial = result.Request.Serial,
            Fingerprint = Convert.ToHexStringLower(result.Certificates[0].Sha256),
            Authority = result.Certificates[0].Authority,
            SerialNumber = result.Certificates[0].SerialNumber.Hex,
            Format = "pem",
        };

    private static string Outcome(CertifiedDevice answer) =>
        answer switch
        {
            { Certificate: not null, Repeated: true } => "repeated",
            { Certificate: not null } => "issued",
            _ when answer.Problem == ProblemKinds.Refused => "refused",
            _ when answer.Problem == ProblemKinds.StillQueued => "queued",
            _ => "failed",
        };
}

using SigningAuthority.Api.Access;
using SigningAuthority.Api.Problems;
using SigningAuthority.Api.Requests;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.IssuanceLog;

namespace SigningAuthority.Api.Stations.KeyPairs;

/// <summary>
/// One unit from its submission to its certificate, wherever its key comes from. A key of ours signs a request of its own, which then goes
/// the way of any other device's: the same policy, the same queue, the same certificate for ever.
/// </summary>
internal sealed class CertifyUnit(
    CertifyDevice certify,
    ObtainKeyPair obtain,
    AppendLogEntries log,
    AuthorityConfiguration configuration,
    RequestMetrics metrics,
    TimeProvider time
)
{
    public async Task<CertifiedDevice> RunAsync(Caller station, DeviceSubmission submission, string? source, CancellationToken cancellation)
    {
        if (!submission.WantsKey)
            return await certify.RunAsync(station, submission, source, cancellation);

        var obtained = await obtain.RunAsync(station, submission, source, cancellation);
        if (obtained.Pair is not { } pair)
            return await RefuseAsync(station, submission, obtained);

        var answer = await certify.RunAsync(
            station,
            submission with
            {
                Request = ReadCertificationRequest.Read(pair.Csr!).Request,
            },
            source,
            cancellation
        );
        return answer.Certificate is { } certificate
            ? answer with
            {
                Certificate = certificate with { Key = DeviceKey.Of(pair, configuration.Policy.Device.GeneratedKeysKeptDays) },
            }
            : answer;
    }

    private async Task<CertifiedDevice> RefuseAsync(Caller station, DeviceSubmission submission, ObtainedKeyPair obtained)
    {
        // What the key room refused stands in the log already.
        if (obtained is { Id: null, Violations.Count: > 0 })
            await log.AppendAsync(
                [
                    new Refusal(station.Actor, obtained.Violations, null, submission.Mac, submission.PlainMac, submission.Serial).ToEntry(
                        configuration,
                        time.GetUtcNow()
                    ),
                ],
                CancellationToken.None
            );
        metrics.Answered(
            station.Actor,
            obtained.Problem == ProblemKinds.DeviceConflict ? "conflict"
                : obtained.Problem == ProblemKinds.StillQueued ? "queued"
                : "refused"
        );
        return new CertifiedDevice(
            obtained.Id is { } id ? new SigningRequestId(id) : null,
            null,
            obtained.Problem,
            obtained.Violations,
            false
        );
    }
}

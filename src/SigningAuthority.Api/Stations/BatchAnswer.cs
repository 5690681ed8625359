using System.Text.Json;
using SigningAuthority.Api.Hosting;
using SigningAuthority.Api.Problems;
using SigningAuthority.Api.Stations.KeyPairs;
using SigningAuthority.Issuance.Policy;

namespace SigningAuthority.Api.Stations;

/// <summary>The answer to one line of a batch. The same batch again gets the same octets for what was issued.</summary>
/// <param name="Line">The line's number, from 1.</param>
/// <param name="Status">"Issued"; "Refused" with the violations; "Queued": send it again later; "Failed"; "Unavailable": nothing was submitted, or it is not known.</param>
/// <param name="Code">The problem's, where there is no certificate.</param>
/// <param name="Detail">The problem, in a sentence.</param>
internal sealed record BatchAnswer(
    int Line,
    string Status,
    Guid? Id = null,
    string? Mac = null,
    string? Serial = null,
    string? Product = null,
    string? SerialNumber = null,
    string? Sha256 = null,
    DateTimeOffset? NotBefore = null,
    DateTimeOffset? NotAfter = null,
    string? Certificate = null,
    string? Code = null,
    string? Detail = null,
    IReadOnlyList<Violation>? Violations = null
)
{
    /// <summary>Where the proof is that its issuance stands in the log.</summary>
    public string? Receipt { get; init; }

    /// <summary>The unit's private key, where it was made here.</summary>
    public DeviceKey? Key { get; init; }

    public static BatchAnswer Of(int line, DeviceSubmission submission, CertifiedDevice answer)
    {
        if (answer.Certificate is { } issued)
        {
            return new BatchAnswer(
                line,
                issued.Status,
                issued.Id,
                issued.Mac,
                issued.Serial,
                issued.Product,
                issued.SerialNumber,
                issued.Sha256,
                issued.NotBefore,
                issued.NotAfter,
                issued.Certificate
            )
            {
                Receipt = issued.Receipt,
                Key = issued.Key,
            };
        }

        var problem = (answer.Violations.Count > 0 ? answer.Problem!.Because(answer.Violations) : SubmitDevice.Explain(answer)).Problem;
        var status =
            answer.Violations.Count > 0 ? "Refused"
            : answer.Problem == ProblemKinds.StillQueued ? "Queued"
            : "Failed";
        return new BatchAnswer(
            line,
            status,
            answer.Id?.Value,
            submission.PlainMac ?? submission.Mac,
            submission.Serial,
            submission.Product,
            Code: problem.Code,
            Detail: problem.Detail,
            Violations: problem.Violations
        );
    }

    public static BatchAnswer OfFault(int line, DeviceSubmission submission, Problem problem) =>
        new(
            line,
            "Unavailable",
            Mac: submission.PlainMac,
            Serial: submission.Serial,
            Product: submission.Product,
            Code: problem.Code,
            Detail: problem.Detail
        );

    /// <summary>One line with its line feed.</summary>
    public byte[] ToLine() => [.. JsonSerializer.SerializeToUtf8Bytes(this, JsonSpelling.Options), (byte)'\n'];
}

using SigningAuthority.Api.Access;
using SigningAuthority.Api.Problems;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Api.Stations;

/// <summary>One device's submission on its way through the door.</summary>
/// <param name="Id">The id that the request gets if it passes.</param>
/// <param name="SourceAddress">For the log.</param>
internal sealed record Intake(SigningRequestId Id, Caller Station, DeviceSubmission Submission, string? SourceAddress)
{
    public TaskCompletionSource<IntakeOutcome> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>What the door made of it: refused with violations, or in the queue, now or since an earlier time.</summary>
/// <param name="Refused">Set when refused; then the violations say why.</param>
/// <param name="Repeated">The request that this one repeats; null for a new one.</param>
internal sealed record IntakeOutcome(ProblemKind? Refused, IReadOnlyList<Violation> Violations, SigningRequestRecord? Repeated)
{
    public static IntakeOutcome Queued { get; } = new(null, [], null);

    public static IntakeOutcome Refuse(ProblemKind kind, IReadOnlyList<Violation> violations) => new(kind, violations, null);

    public static IntakeOutcome Repeat(SigningRequestRecord earlier) => new(null, [], earlier);
}

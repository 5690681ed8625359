using SigningAuthority.Api.Problems;
using SigningAuthority.Api.Requests;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Revocations;
using SigningAuthority.Storage.Revocations;

namespace SigningAuthority.Api.Revocations;

/// <summary>What became of a request for revocation, hold or release.</summary>
/// <param name="SerialNumber">The certificate's, upper-case hexadecimal.</param>
/// <param name="Action">revoke, hold or release.</param>
/// <param name="Reason">As RFC 5280 §5.3.1 spells it.</param>
/// <param name="Status">effective: OCSP says so from now on, and the next revocation list; pending: the key room has not decided yet; or overtaken: somebody has changed it since.</param>
/// <param name="EffectiveAt">Since when; left out while it is pending.</param>
internal sealed record RevocationAnswer(
    string Authority,
    string SerialNumber,
    string? Subject,
    string Action,
    string Reason,
    string Status,
    DateTimeOffset? EffectiveAt
);

/// <summary>What was asked for, and what the key room said to it.</summary>
/// <param name="IsNew">False when all of it was asked for before.</param>
/// <param name="IsPending">The key room has not decided on all of it in time.</param>
/// <param name="Refusals">Of the key room.</param>
internal sealed record AskedRevocation(bool IsNew, bool IsPending, IReadOnlyList<Violation> Refusals)
{
    public int StatusCode =>
        IsPending ? StatusCodes.Status202Accepted
        : IsNew ? StatusCodes.Status201Created
        : StatusCodes.Status200OK;
}

/// <summary>
/// Writes down what somebody wants revoked, and waits a moment for the key room: whoever reads "effective" can rely on it. Nothing that is decided
/// here makes anything effective. Thread-safe.
/// </summary>
internal sealed class AskForRevocation(
    RevocationRequests requests,
    RevocableCertificates certificates,
    DecidedRevocations decided,
    WaitingRooms rooms,
    TimeProvider time
)
{
    public const string WaitParameter = "wait";

    private const int MostSeconds = 30;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // Announcements are hints.
    private static readonly TimeSpan LookAnyway = TimeSpan.FromMilliseconds(500);

    /// <summary>How long the caller wants to wait; 5 seconds unless said.</summary>
    public static TimeSpan PatienceOf(QueryValues query) =>
        query.Number(WaitParameter, 0, MostSeconds) is { } seconds ? TimeSpan.FromSeconds(seconds) : Patience;

    public async Task<AskedRevocation> RunAsync(IReadOnlyList<NewRevocation> asked, TimeSpan patience, CancellationToken cancellation)
    {
        // Whoever hangs up has asked nevertheless.
        var added = await requests.AddAsync(asked, CancellationToken.None);
        var about = asked.Select(row => (row.Certificate.RequestId, row.Certificate.Facts.Authority)).ToHashSet();
        var ids = about.Select(row => row.RequestId).Distinct().ToList();
        IDisposable? place = null;
        try
        {
            for (var began = time.GetTimestamp(); ; )
            {
                var announced = decided.NextAsync();
                var rows = (await requests.FindAsync(ids, cancellation))
                    .Where(row => about.Contains((row.RequestId, row.Authority)))
                    .ToList();
                var isPending = rows.Any(row => row.Outcome is null);
                var left = patience - time.GetElapsedTime(began);
                if (!isPending || left <= TimeSpan.Zero || decided.IsEnding || (place ??= rooms.Providers.TryEnter()) is null)
                    return new AskedRevocation(added.Count > 0, isPending, Refusals(asked, rows));
                await Task.WhenAny(announced, Task.Delay(left < LookAnyway ? left : LookAnyway, time, cancellation));
            }
        }
        finally
        {
            place?.Dispose();
        }
    }

    /// <summary>Of the newest word on what was asked for, whoever of those that asked for the same at the same moment wrote it down.</summary>
    private static IReadOnlyList<Violation> Refusals(IReadOnlyList<NewRevocation> asked, IReadOnlyList<RecordedRevocation> rows) =>
        [
            .. asked
                .Select(wanted =>
                    rows.LastOrDefault(row =>
                        (row.RequestId, row.Authority) == (wanted.Certificate.RequestId, wanted.Certificate.Facts.Authority)
                        && (row.Action, row.Reason, row.Asker) == (wanted.Action, wanted.Reason.Name(), wanted.Asker)
                    )
                )
                .SelectMany(row => row?.Violations ?? [])
                .DistinctBy(violation => violation.Code),
        ];

    /// <summary>The same for one certificate, as an answer.</summary>
    public async Task<IResult> AnswerAsync(NewRevocation asked, TimeSpan patience, CancellationToken cancellation)
    {
        var outcome = await RunAsync([asked], patience, cancellation);
        if (outcome.Refusals.Count > 0)
            return ProblemKinds.Refused.Because(outcome.Refusals);
        var facts = asked.Certificate.Facts;
        var now = await certificates.FindAsync(facts.Authority, facts.SerialNumber, cancellation);
        return Results.Json(
            new RevocationAnswer(
                facts.Authority,
                facts.SerialNumber.Hex,
                asked.Certificate.Subject,
                asked.Action.Name(),
                asked.Reason.Name(),
                outcome.IsPending ? "pending"
                    : RevocationPolicy.Holds(asked.Action, now?.Facts.Current) ? "effective"
                    : "overtaken",
                outcome.IsPending ? null : now?.RevokedAt
            ),
            statusCode: outcome.StatusCode
        );
    }
}

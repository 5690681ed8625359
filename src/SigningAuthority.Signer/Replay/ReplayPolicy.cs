using Npgsql;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.IssuanceLog;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Signer.Replay;

/// <summary>Decides past requests twice, page by page, the newest first: by the running configuration and by a proposed one.</summary>
internal sealed class ReplayPolicy(NpgsqlDataSource database, DecideUnder running, DecideUnder proposed, ReplayReport report, string actor)
{
    private const int PageSize = 500;
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(5);

    /// <param name="last">At most so many requests.</param>
    /// <param name="since">Only those submitted from then on.</param>
    /// <param name="cancellation">Ends it; what was found is written already.</param>
    public async Task<ReplayTotals> RunAsync(long last, DateTimeOffset? since, CancellationToken cancellation)
    {
        var totals = new ReplayTotals();
        var told = TimeProvider.System.GetTimestamp();
        report.Begin(running.Configuration, proposed.Configuration);
        await foreach (var page in new RequestHistory(database).PagesAsync(since, last, PageSize, cancellation))
        {
            await DecideAsync(page, totals, cancellation);
            if (TimeProvider.System.GetElapsedTime(told) < ProgressInterval)
                continue;
            told = TimeProvider.System.GetTimestamp();
            await Console.Error.WriteLineAsync(
                $"{totals.Requests} requests, back to {page[^1].SubmittedAt:yyyy-MM-dd HH:mm}Z; {totals.Differences} differ."
            );
        }

        report.End(totals);
        await RecordAsync(totals, cancellation);
        return totals;
    }

    private async Task DecideAsync(IReadOnlyList<SigningRequestRecord> page, ReplayTotals totals, CancellationToken cancellation)
    {
        var before = await running.RunAsync(page, cancellation);
        var after = await proposed.RunAsync(page, cancellation);
        for (var i = 0; i < page.Count; i++)
        {
            totals.Requests++;
            if (Difference.Find(page[i], before[i], after[i]) is not { } difference)
                continue;
            totals.Add(difference);
            report.Add(difference);
        }
    }

    /// <summary>An auditor reads and can't write: whoever prepares a change of policy as operator leaves word of it.</summary>
    private async Task RecordAsync(ReplayTotals totals, CancellationToken cancellation)
    {
        var log = new AppendLogEntries(database);
        if (!await log.CanAppendAsync(cancellation))
        {
            await Console.Error.WriteLineAsync("This role can't write to the log, so the replay leaves no entry there.");
            return;
        }

        await log.AppendAsync(
            [
                new PolicyReplayed
                {
                    At = DateTimeOffset.UtcNow,
                    Actor = actor,
                    PolicyVersion = running.Configuration.PolicyVersion,
                    PolicyHash = running.Configuration.Hash,
                    ProposedVersion = proposed.Configuration.PolicyVersion,
                    ProposedHash = proposed.Configuration.Hash,
                    Requests = totals.Requests,
                    Differences = totals.Differences,
                },
            ],
            cancellation
        );
    }
}

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.UnitTests.Mutations;
using Xunit;

namespace SigningAuthority.IntegrationTests.Mutations;

/// <summary>
/// Sends mutated cases to a front door, several at once over connections that stay open. A failure names seed, case and octets, as
/// <see cref="MutationRun"/> does in one process.
/// </summary>
internal static class SendMutations
{
    private const int AtOnce = 8;
    private const int MostFindings = 10;

    // A busy machine is slow now and then, and a body that is answered before it was read may cost its connection: what is wrong by itself
    // is wrong each time.
    private const int Attempts = 3;

    // For something that hangs; how long decoding takes is measured where nothing else is.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    /// <param name="mutations">Where the cases come from.</param>
    /// <param name="cases">How many, before the factor.</param>
    /// <param name="sendAsync">One body.</param>
    /// <param name="isAccepted">Whether what was sent got what it asked for.</param>
    /// <returns>How many were accepted.</returns>
    public static async Task<int> RunAsync(
        MutatedCases mutations,
        int cases,
        Func<byte[], Task<Answer>> sendAsync,
        Func<Answer, bool> isAccepted
    )
    {
        var findings = new ConcurrentBag<string>();
        var accepted = 0;
        await Parallel.ForEachAsync(
            Enumerable.Range(0, cases * MutationRun.Factor),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
            async (number, _) =>
            {
                if (findings.Count >= MostFindings)
                    return;
                var (answer, finding) = await SendAsync(mutations.Case(number), sendAsync);
                if (finding is not null)
                    findings.Add($"{finding} ({MutationRun.Describe(mutations, number)})");
                else if (isAccepted(answer!))
                    Interlocked.Increment(ref accepted);
            }
        );
        Assert.Empty(findings);
        return accepted;
    }

    /// <returns>An answer, or what is wrong with the last one.</returns>
    private static async Task<(Answer? Answer, string? Finding)> SendAsync(byte[] body, Func<byte[], Task<Answer>> sendAsync)
    {
        var finding = "";
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var watch = Stopwatch.StartNew();
            try
            {
                var answer = await sendAsync(body);
                if (IsBroken(answer))
                    return (null, answer.ToString());
                if (watch.Elapsed <= Longest)
                    return (answer, null);
                finding = $"takes {watch.Elapsed.TotalSeconds:F1} s";
            }
            catch (Exception fault) when (fault is HttpRequestException or IOException or TaskCanceledException)
            {
                finding = $"no answer after {watch.Elapsed.TotalSeconds:F1} s: {fault.Message}";
            }
        }

        return (null, finding);
    }

    /// <summary>Only a queue that is full may be no answer, and says when to come back.</summary>
    private static bool IsBroken(Answer answer) =>
        answer.Status >= HttpStatusCode.InternalServerError
            && !(
                answer is { Status: HttpStatusCode.ServiceUnavailable, RetryAfter: not null }
                && answer.Text.Contains("temporarily-unavailable", StringComparison.Ordinal)
            )
        // OCSP says it in a body of its own, with 200 (RFC 6960 §4.2.1): internalError(2).
        || answer.Body is [0x30, 0x03, 0x0A, 0x01, 0x02];
}

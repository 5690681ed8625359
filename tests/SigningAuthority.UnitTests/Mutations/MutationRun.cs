using System.Diagnostics;
using System.Globalization;

namespace SigningAuthority.UnitTests.Mutations;

/// <summary>
/// Sends many mutated cases through a piece of code. A failure names seed, case and octets; the environment repeats it, or runs longer:
/// SA_MUTATION_SEED, SA_MUTATION_FACTOR (times as many cases).
/// </summary>
internal static class MutationRun
{
    private const int DefaultSeed = 20261121;

    /// <summary>No input may hold the code longer.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(100);

    // A busy machine takes the processor away for longer than that: what is slow by itself is slow each time.
    private const int Repetitions = 10;

    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(60);

    public static int Seed { get; } = FromEnvironment("SA_MUTATION_SEED", DefaultSeed);

    public static int Factor { get; } = FromEnvironment("SA_MUTATION_FACTOR", 1);

    /// <param name="mutations">Where the cases come from.</param>
    /// <param name="cases">How many, before the factor.</param>
    /// <param name="survive">Throws when the outcome is none of those that are defined.</param>
    public static void Survive(MutatedCases mutations, int cases, Action<byte[]> survive)
    {
        var current = 0;
        var work = Task.Factory.StartNew(
            () =>
            {
                for (; current < cases * Factor; current++)
                    SurviveOne(mutations, current, survive);
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );

        // The thread of a case that never ends is left behind: the test fails, and the process ends with it.
        for (var (seen, since) = (-1, Stopwatch.StartNew()); !((IAsyncResult)work).AsyncWaitHandle.WaitOne(500); )
        {
            if (seen != Volatile.Read(ref current))
                (seen, since) = (current, Stopwatch.StartNew());
            else if (since.Elapsed > Hang)
                throw new InvalidOperationException($"does not end: {Describe(mutations, seen)}");
        }

        work.GetAwaiter().GetResult();
    }

    public static string Describe(MutatedCases mutations, int number) =>
        $"case {number} of seed {mutations.Seed}: {Convert.ToHexString(mutations.Case(number))}";

    private static void SurviveOne(MutatedCases mutations, int number, Action<byte[]> survive)
    {
        var body = mutations.Case(number);
        try
        {
            var fastest = Time(body, survive);
            for (var again = 1; again < Repetitions && fastest > Longest; again++)
                fastest = Min(fastest, Time(body, survive));
            if (fastest > Longest)
                throw new InvalidOperationException($"takes {fastest.TotalMilliseconds:F0} ms");
        }
        catch (Exception fault)
        {
            throw new InvalidOperationException($"{fault.Message} ({Describe(mutations, number)})", fault);
        }
    }

    private static TimeSpan Time(byte[] body, Action<byte[]> survive)
    {
        var watch = Stopwatch.StartNew();
        survive(body);
        return watch.Elapsed;
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static int FromEnvironment(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.Integer, CultureInfo.InvariantCulture, out var value)
            ? value
            : otherwise;
}

using System.Globalization;
using System.Text.RegularExpressions;
using SigningAuthority.IntegrationTests.Fixtures;
using Xunit;

namespace SigningAuthority.IntegrationTests.Stations;

/// <summary>However long a batch is, little of it is at the front door at a time.</summary>
[Collection(FactoryFlows.Name)]
public sealed partial class LongBatchTests(RunningAuthority authority) : IClassFixture<SoundLog>
{
    private const int KiB = 1024;
    private readonly HttpClient _client = authority.StationClient();

    [Fact]
    public async Task Ten_thousand_lines_take_no_more_memory_than_two_thousand()
    {
        await SendAsync(2_000);
        var few = await PeakAsync(() => SendAsync(2_000));
        var many = await PeakAsync(() => SendAsync(10_000));

        // The 8,000 lines more have 188 MiB.
        Assert.True(many < few + (96 * KiB), $"{few} KiB at most with 2,000 lines, {many} KiB with 10,000");

        async Task SendAsync(int lines)
        {
            using var batch = await BatchStream.OpenAsync(_client, new SentLines(Lines(lines, 24 * KiB)));
            Assert.Equal(lines, (await batch.ReadAsync()).Count);
        }
    }

    [Fact]
    public async Task Reading_pauses_while_nobody_takes_the_answers()
    {
        const int Many = 8_000;
        var sent = new SentLines(Lines(Many, 2 * KiB));
        using var batch = await BatchStream.OpenAsync(_client, sent);

        var (last, unchanged) = (-1, 0);
        await Eventually.TrueAsync(
            () =>
            {
                unchanged = sent.Sent == last ? unchanged + 1 : 0;
                last = sent.Sent;
                return Task.FromResult(last == Many || unchanged == 40);
            },
            "the front door takes no more lines"
        );

        Assert.True(last < Many, "every line was taken, though no answer was");
        Assert.Equal(Many, (await batch.ReadAsync()).Count);
    }

    /// <summary>Lines that are refused at the door, each of that many octets.</summary>
    private static IEnumerable<string> Lines(int count, int octets)
    {
        var filling = new string('x', octets);
        return Enumerable.Range(0, count).Select(i => $$"""{"mac":"{{i}}","filling":"{{filling}}"}""");
    }

    /// <summary>The most memory that the Api had resident meanwhile, in KiB.</summary>
    private async Task<long> PeakAsync(Func<Task> work)
    {
        var process = $"/proc/{authority.Api.Id}";
        // proc(5): 5 resets the high water mark.
        await File.WriteAllTextAsync(process + "/clear_refs", "5");
        await work();
        return long.Parse(
            HighWaterMark().Match(await File.ReadAllTextAsync(process + "/status")).Groups[1].Value,
            CultureInfo.InvariantCulture
        );
    }

    [GeneratedRegex(@"^VmHWM:\s+(\d+) kB", RegexOptions.Multiline)]
    private static partial Regex HighWaterMark();
}

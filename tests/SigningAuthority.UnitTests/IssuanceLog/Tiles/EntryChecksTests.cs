using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.IssuanceLog.Tiles;
using Xunit;
using static SigningAuthority.UnitTests.IssuanceLog.Tiles.SampleLog;

namespace SigningAuthority.UnitTests.IssuanceLog.Tiles;

public sealed class EntryChecksTests
{
    [Fact]
    public async Task An_issuer_s_numbers_run_without_gaps_from_1_once_it_counts() =>
        await FindsAsync([Intended("a", 1, null), Intended("a", 2, 1), Intended("b", 3, 1), Intended("a", 4, 2), Intended("b", 5, 2)]);

    [Theory]
    [InlineData(2L, 3L)]
    [InlineData(1L, 3L)]
    [InlineData(1L, 1L)]
    [InlineData(1L, null)]
    public async Task A_number_left_out_repeated_or_missing_is_found(long first, long? second)
    {
        var report = await VerifyAsync([Intended("a", 1, first), Intended("a", 2, second)]);
        var finding = Assert.Single(report.Findings);
        Assert.Equal((LogFindingCodes.IssuerSequenceBroken, first == 1 ? 1 : 0), (finding.Code, finding.Index));
    }

    [Fact]
    public async Task A_certificate_that_nothing_intended_is_found() =>
        await FindsAsync([Intended("a", 1, 1), Issued("a", 2)], (LogFindingCodes.IssuedWithoutIntent, 1));

    [Fact]
    public async Task A_certificate_intended_only_afterwards_is_found() =>
        await FindsAsync([Issued("a", 1), Intended("a", 1, 1)], (LogFindingCodes.IssuedWithoutIntent, 0));

    [Fact]
    public async Task A_certificate_issued_twice_is_found() =>
        await FindsAsync([Intended("a", 1, 1), Issued("a", 1), Issued("a", 1)], (LogFindingCodes.IssuedWithoutIntent, 2));

    [Fact]
    public async Task A_certificate_of_another_issuer_or_with_other_bytes_is_found() =>
        await FindsAsync(
            [Intended("a", 1, 1), Issued("b", 1), Intended("a", 2, 2), Issued("a", 2) with { ToBeSignedSha256 = new string('f', 64) }],
            (LogFindingCodes.IssuedWithoutIntent, 1),
            (LogFindingCodes.IssuedWithoutIntent, 3)
        );

    [Fact]
    public async Task A_serial_number_intended_twice_is_found() =>
        await FindsAsync([Intended("a", 1, 1), Intended("a", 1, 2)], (LogFindingCodes.IntendedTwice, 1));

    [Fact]
    public async Task Entries_may_be_out_of_order_by_minutes_and_no_more() =>
        await FindsAsync(
            [
                Intended("a", 1, 1, Start),
                Intended("a", 2, 2, Start.AddMinutes(20)),
                Intended("a", 3, 3, Start.AddMinutes(10)),
                Intended("a", 4, 4, Start.AddMinutes(10).AddSeconds(-1)),
                Intended("a", 5, 5, Start.AddMinutes(20)),
            ],
            (LogFindingCodes.ClockWentBack, 3)
        );

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("not an entry")]
    [InlineData("""{"v":2,"type":"x","at":"2026-11-20T12:00:00.000000Z","actor":"a"}""")]
    [InlineData("""{"v":1,"type":"certificate.issued","at":"2026-11-20T12:00:00.000000Z","actor":"a"}""")]
    public async Task Bytes_that_the_log_never_writes_are_found(string entry)
    {
        var tiles = new TilesInMemory([System.Text.Encoding.UTF8.GetBytes(entry)]);
        var report = await new VerifyLog(tiles.ReadAsync).RunAsync(tiles.Checkpoint, new VerificationState());
        Assert.Equal(LogFindingCodes.EntryUnreadable, Assert.Single(report.Findings).Code);
    }

    [Fact]
    public async Task Findings_are_counted_beyond_those_that_are_kept()
    {
        var report = await VerifyAsync([.. Enumerable.Range(1, 400).Select(i => Issued("a", i))]);
        Assert.Equal((400, VerificationState.MostFindings), (report.FindingCount, report.Findings.Count));
    }

    private static async Task FindsAsync(LogEntry[] entries, params (string, long?)[] expected) =>
        Assert.Equal(expected, (await VerifyAsync(entries)).Findings.Select(finding => (finding.Code, finding.Index)));

    private static async Task<LogReport> VerifyAsync(LogEntry[] entries)
    {
        var tiles = new TilesInMemory([.. entries.Select(entry => entry.Encode())]);
        return await new VerifyLog(tiles.ReadAsync).RunAsync(tiles.Checkpoint, new VerificationState());
    }
}

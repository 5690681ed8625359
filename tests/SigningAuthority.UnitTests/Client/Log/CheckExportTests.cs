using System.Text;
using System.Text.Json;
using SigningAuthority.Client.Log;
using SigningAuthority.Client.Log.Exports;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.IssuanceLog.Tiles;
using Xunit;

namespace SigningAuthority.UnitTests.Client.Log;

public sealed class CheckExportTests : IDisposable
{
    private readonly LogScratch _log = new(300);

    [Theory]
    [InlineData(0, 300, 0)]
    [InlineData(3, 30, 0)]
    [InlineData(5, 6, 1)]
    [InlineData(300, 300, 0)]
    public async Task A_whole_export_is_proven(int from, int to, int intendedBefore)
    {
        var result = await CheckAsync(await ExportAsync(from, to));
        Assert.True(result.IsSound, string.Join('\n', result.Findings));
        Assert.Equal((from, to, 300L, (long)intendedBefore), (result.From, result.To, result.TreeSize, result.IntendedBefore));
    }

    [Theory]
    [InlineData("000E08000004", "000E08000005")]
    [InlineData("station/line-1", "station/line-2")]
    public async Task An_edited_entry_is_not_what_the_log_holds(string what, string instead)
    {
        var lines = await ExportAsync(9, 30);
        lines[1] = lines[1].Replace(what, instead);
        Assert.Equal(["range-not-proven"], await FindAsync(lines));
    }

    [Fact]
    public async Task An_entry_left_out_moved_or_added_is_found()
    {
        var lines = await ExportAsync(9, 30);
        Assert.Equal(["range-not-proven"], await FindAsync([.. lines[..5], .. lines[6..]]));
        Assert.Equal(["range-not-proven"], await FindAsync([.. lines[..5], lines[6], lines[5], .. lines[7..]]));
        Assert.Equal(["range-not-proven"], await FindAsync([.. lines[..5], lines[4], .. lines[5..]]));
        // Left out with all that would show it, but for the proof.
        var shorter = new List<string>(lines[..21])
        {
            lines[^1].Replace("\"entries\":21", "\"entries\":20").Replace("certificate.issued\":7", "certificate.issued\":6"),
        };
        Assert.Equal(["range-not-proven"], await FindAsync(shorter));
    }

    [Fact]
    public async Task A_file_that_was_cut_off_or_goes_on_is_no_export()
    {
        var lines = await ExportAsync(9, 30);
        Assert.Equal(["export-malformed"], await FindAsync(lines[..^1]));
        Assert.Equal(["export-malformed"], await FindAsync([.. lines, lines[^1]]));
        Assert.Equal(["export-malformed"], await FindAsync(lines[1..]));
        Assert.Equal(["export-malformed"], await FindAsync([lines[0], "{}"]));
        Assert.Equal(["export-malformed"], await FindAsync([]));
    }

    [Theory]
    [InlineData("""issuers":[null]""")]
    [InlineData("""issuers":[{}]""")]
    [InlineData("""issuers":null""")]
    public async Task A_first_line_with_nothing_where_an_authority_should_be_is_none(string instead)
    {
        var lines = await ExportAsync(9, 30);
        var whole = lines[0];
        lines[0] = System.Text.RegularExpressions.Regex.Replace(whole, """issuers":\[.*\]""", instead);
        Assert.NotEqual(whole, lines[0]);
        Assert.Equal(["export-malformed"], await FindAsync(lines));
    }

    [Fact]
    public async Task A_line_longer_than_any_that_an_export_has_is_not_taken_into_memory()
    {
        var lines = await ExportAsync(9, 30);
        Assert.Equal(["export-malformed"], await FindAsync([.. lines[..^1], lines[^1] + new string(' ', 256 << 10)]));
    }

    [Fact]
    public async Task An_intent_without_a_number_behind_numbered_ones_is_found()
    {
        _log.Made.Append((PlausibleEntries.Intended(101, 101) with { IssuerSequence = null }).Encode());
        _log.Made.Publish();
        Assert.Equal(["issuer-sequence-broken"], await FindAsync(await ExportAsync(0, 301)));
        Assert.Equal(["issuer-sequence-broken"], await FindAsync(await ExportAsync(200, 301)));
    }

    [Fact]
    public async Task An_authoritys_first_number_is_1_where_the_export_shows_it()
    {
        _log.Made.Append((PlausibleEntries.Intended(101, 2) with { Authority = "server" }).Encode());
        _log.Made.Publish();
        Assert.Equal(["issuer-sequence-broken"], await FindAsync(await ExportAsync(0, 301)));
        Assert.Empty(await FindAsync(await ExportAsync(1, 301)));
    }

    [Fact]
    public async Task A_log_whose_certificates_are_not_numbered_one_by_one_is_found_in_its_export()
    {
        // The log's key has signed it; only the entries themselves tell.
        _log.Made.Append(PlausibleEntries.Of(101, 102).Select(entry => entry.Encode()));
        _log.Made.Append(PlausibleEntries.Issued(102).Encode());
        _log.Made.Publish();
        var result = await CheckAsync(await ExportAsync(0, 304));
        Assert.Equal(
            [("issuer-sequence-broken", 301L), ("issued-without-intent", 303L)],
            result.Findings.Select(finding => (finding.Code, finding.Index ?? -1))
        );
    }

    [Fact]
    public async Task Octets_that_are_no_entry_come_wrapped_and_are_named()
    {
        _log.Made.Append("not json at all"u8.ToArray());
        _log.Made.Publish();
        var result = await CheckAsync(await ExportAsync(300, 301));
        Assert.Equal(["entry-unreadable"], result.Findings.Select(finding => finding.Code));
    }

    public void Dispose() => _log.Dispose();

    private async Task<string[]> FindAsync(IReadOnlyList<string> lines)
    {
        try
        {
            return [.. (await CheckAsync(lines)).Findings.Select(finding => finding.Code)];
        }
        catch (LogDefectException found)
        {
            return [found.Finding.Code];
        }
    }

    private async Task<CheckedExport> CheckAsync(IReadOnlyList<string> lines)
    {
        using var file = new MemoryStream(Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n"))));
        return await new CheckExport(_log.Key, (_, _) => { }).RunAsync(file, CancellationToken.None);
    }

    // As the service writes it; the integration tests check one of its own.
    private async Task<List<string>> ExportAsync(int from, int to)
    {
        using var files = _log.Files;
        var entries = new List<byte[]>();
        foreach (var tile in TilePath.EntriesOf(_log.Made.Size))
            entries.AddRange(LogFiles.ReadBundle(tile, await files.ReadWholeTileAsync(tile, default)).Select(entry => entry.ToArray()));
        var range = entries[from..to];
        var proof = await new TiledTree(_log.Made.Size, files.ReadWholeTileAsync).ProveRangeAsync(from, to);
        var read = range.Select(TryRead).OfType<StoredEntry>().ToList();
        var header = new
        {
            format = "signing-authority-export/v1",
            origin = MadeLog.Origin,
            checkpoint = await File.ReadAllTextAsync(Path.Combine(_log.Made.Folder, "checkpoint")),
            from,
            to,
            leftNodes = proof.Left,
            rightNodes = proof.Right,
            issuers = read.Where(entry => entry.IssuerSequence is not null)
                .GroupBy(entry => entry.Details["authority"])
                .Select(issuer => new
                {
                    authority = issuer.Key,
                    first = issuer.Min(entry => entry.IssuerSequence),
                    last = issuer.Max(entry => entry.IssuerSequence),
                    count = issuer.Count(),
                }),
        };
        var types = read.GroupBy(entry => entry.Type).ToDictionary(type => type.Key, type => type.Count());
        return
        [
            JsonSerializer.Serialize(header),
            .. range.Select((entry, i) => $$"""{"index":{{from + i}},"entry":{{Spell(entry)}}}"""),
            JsonSerializer.Serialize(new { entries = range.Count, types }),
        ];
    }

    private static string Spell(byte[] entry) =>
        TryRead(entry) is null ? $$"""{"notAnEntry":"{{Convert.ToBase64String(entry)}}"}""" : Encoding.UTF8.GetString(entry);

    private static StoredEntry? TryRead(byte[] entry)
    {
        try
        {
            return StoredEntry.Read(entry);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}

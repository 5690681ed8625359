using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using SigningAuthority.IssuanceLog.Entries;
using Xunit;

namespace SigningAuthority.UnitTests.IssuanceLog.Entries;

public sealed class LogEntryTests
{
    public static TheoryData<string> Types => [.. EntryTypes.All];

    private static TokenRevoked Plain =>
        new()
        {
            At = SampleEntries.At,
            Actor = "operator/night",
            TokenId = SampleEntries.Id,
        };

    [Theory]
    [MemberData(nameof(Types))]
    public void A_kind_has_the_same_bytes_for_ever(string type)
    {
        var (entry, details) = SampleEntries.All.Single(sample => sample.Entry.Type == type);
        var fingerprint = entry.Fingerprint is null ? "" : $"\"fingerprint\":\"{entry.Fingerprint}\",";
        var expected =
            $"{{\"v\":1,\"type\":\"{type}\",\"at\":\"2026-11-20T12:00:00.000000Z\",\"actor\":\"{entry.Actor}\",{fingerprint}{details[1..]}";
        Assert.Equal(expected, Encoding.UTF8.GetString(entry.Encode()));
    }

    [Fact]
    public void The_list_of_types_names_each_kind_once()
    {
        var kinds = typeof(LogEntry).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(LogEntry))).ToList();
        Assert.All(kinds, kind => Assert.True(kind.IsSealed));
        Assert.Equal(kinds.Select(kind => kind.GetField("TypeName")!.GetValue(null)).Order(), EntryTypes.All.Order());
        Assert.Equal(EntryTypes.All.Order(), SampleEntries.All.Select(sample => sample.Entry.Type).Order());
    }

    [Fact]
    public void The_envelope_stands_first_and_in_its_order()
    {
        var entry = Plain with
        {
            Subject = "pv.telco.net",
            RequestId = SampleEntries.Id,
            Mac = "000E08ABCDEF",
            Serial = "FM500F1",
            Fingerprint = SampleEntries.A,
        };
        Assert.StartsWith(
            "{\"v\":1,\"type\":\"token.revoked\",\"at\":\"2026-11-20T12:00:00.000000Z\",\"actor\":\"operator/night\",\"subject\":\"pv.telco.net\","
                + $"\"requestId\":\"{SampleEntries.Id}\",\"mac\":\"000E08ABCDEF\",\"serial\":\"FM500F1\",\"fingerprint\":\"{SampleEntries.A}\",",
            Encoding.UTF8.GetString(entry.Encode()),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_time_is_UTC_and_cut_to_microseconds_in_the_record_as_in_the_bytes()
    {
        var entry = Plain with { At = new DateTimeOffset(2026, 11, 20, 14, 0, 0, TimeSpan.FromHours(2)).AddTicks(12_345_679) };
        Assert.Equal(SampleEntries.At.AddTicks(12_345_670), entry.At);
        Assert.Equal(TimeSpan.Zero, entry.At.Offset);
        Assert.Contains("\"at\":\"2026-11-20T12:00:01.234567Z\"", Encoding.UTF8.GetString(entry.Encode()), StringComparison.Ordinal);
    }

    [Fact]
    public void Any_text_can_be_written_and_is_read_back_as_the_columns_hold_it() =>
        Prop.ForAll(
                Gen.Choose(char.MinValue, char.MaxValue).Select(c => (char)c).ArrayOf().Select(chars => new string(chars)).ToArbitrary(),
                text =>
                {
                    var entry = Plain with { Actor = "provider/" + text, Subject = text, Serial = text };
                    var read = StoredEntry.Read(entry.Encode());
                    return read.Actor == entry.Actor
                        && read.Subject == entry.Subject
                        && read.Serial == entry.Serial
                        && !entry.Subject!.Any(char.IsControl)
                        && entry.Subject!.Length <= LoggedText.MaxLength;
                }
            )
            .QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("pv.telco.net/mailto:admin@telco.net <\"é\\ü'&+>", "pv.telco.net/mailto:admin@telco.net <\\\"é\\\\ü'&+>")]
    [InlineData("nul\0tab\t", "nul\uFFFDtab\uFFFD")]
    public void Text_is_escaped_no_more_than_JSON_wants(string text, string written) =>
        Assert.Contains(
            $"\"subject\":\"{written}\"",
            Encoding.UTF8.GetString((Plain with { Subject = text }).Encode()),
            StringComparison.Ordinal
        );

    [Fact]
    public void A_lone_surrogate_becomes_the_replacement_character() =>
        Assert.Equal("lone\uFFFD!", (Plain with { Subject = "lone" + '\uD800' + "!" }).Subject);

    [Fact]
    public void Text_that_is_too_long_is_cut_and_says_so()
    {
        var entry = Plain with { Subject = new string('a', 513) };
        Assert.Equal(new string('a', 511) + "…", entry.Subject);
        Assert.Equal(new string('a', 512), (Plain with { Subject = new string('a', 512) }).Subject);
        Assert.Equal(new string('a', 510) + "…", (Plain with { Subject = new string('a', 510) + "\U0001F600\U0001F600" }).Subject);
    }

    [Fact]
    public void A_refusal_for_thousands_of_reasons_fits_and_counts_what_it_leaves_out()
    {
        var worst = new string('\u0378', 600); // unassigned: six octets each once escaped
        var entry = new RequestRefused
        {
            At = SampleEntries.At,
            Actor = worst,
            Subject = worst,
            Serial = worst,
            Where = RequestRefused.AtTheKey,
            PolicyVersion = worst,
            PolicyHash = SampleEntries.C,
            Violations = [.. Enumerable.Range(0, 5000).Select(_ => new LoggedViolation(worst, worst, worst, worst, worst))],
        };
        var bytes = entry.Encode();
        Assert.True(bytes.Length <= LogEntry.MaxEncodedOctets);
        using var json = JsonDocument.Parse(bytes);
        Assert.Equal(
            5000,
            json.RootElement.GetProperty("violations").GetArrayLength() + json.RootElement.GetProperty("violationsOmitted").GetInt32()
        );
    }

    [Fact]
    public void An_entry_that_can_not_fit_is_refused()
    {
        var entry = new RequestSubmitted
        {
            At = SampleEntries.At,
            Actor = "x",
            Kind = "Device",
            CsrSha256 = SampleEntries.A,
            PublicKeySha256 = SampleEntries.B,
            Devices = [.. Enumerable.Repeat("SPA962", 10_000)],
            Generations = [],
            PolicyVersion = "7",
            PolicyHash = SampleEntries.C,
        };
        Assert.Throws<InvalidEntryException>(() => entry.Encode());
    }

    [Fact]
    public void A_member_of_the_wrong_form_is_refused()
    {
        Assert.Throws<InvalidEntryException>(() => (Plain with { Actor = "" }).Encode());
        Assert.Throws<InvalidEntryException>(() => (Plain with { Mac = "000e08abcdef" }).Encode());
        Assert.Throws<InvalidEntryException>(() => (Plain with { Mac = "00:0E:08:AB:CD:EF" }).Encode());
        Assert.Throws<InvalidEntryException>(() => (Plain with { Fingerprint = SampleEntries.A.ToUpperInvariant() }).Encode());
        Assert.Throws<InvalidEntryException>(() => (Plain with { Fingerprint = "aa" }).Encode());
        Assert.Throws<InvalidEntryException>(() => (Sample<CertificateIssued>() with { Fingerprint = null }).Encode());
        Assert.Throws<InvalidEntryException>(() => (Sample<CertificateIssued>() with { SerialNumber = "4c01" }).Encode());
        Assert.Throws<InvalidEntryException>(() => (Sample<CertificateIssued>() with { SerialNumber = "4C0" }).Encode());
        Assert.Throws<InvalidEntryException>(() => (Sample<RequestRefused>() with { Where = "window" }).Encode());
        Assert.Throws<InvalidEntryException>(() => (Sample<AuthorityIntended>() with { NotAfter = null }).Encode());
    }

    [Fact]
    public void An_officers_refusal_ends_in_the_signed_decision_and_no_other_refusal_has_one()
    {
        var decision = new SignedDecision(SampleEntries.Id, "unknown customer", SampleEntries.B, new byte[] { 0x30, 0x01, 0x00 });
        var entry = Sample<RequestRefused>() with { Where = RequestRefused.ByAnOfficer, Decision = decision };
        Assert.EndsWith(
            $"],\"officerId\":\"{SampleEntries.Id}\",\"reason\":\"unknown customer\",\"statementSha256\":\"{SampleEntries.B}\",\"signature\":\"MAEA\"}}",
            Encoding.UTF8.GetString(entry.Encode()),
            StringComparison.Ordinal
        );
        Assert.Throws<InvalidEntryException>(() => (entry with { Decision = null }).Encode());
        Assert.Throws<InvalidEntryException>(() => (entry with { Where = RequestRefused.AtTheDoor }).Encode());
    }

    [Fact]
    public void An_authority_without_a_certificate_leaves_its_members_out()
    {
        var entry = Sample<AuthorityIntended>() with { SerialNumber = null, ToBeSignedSha256 = null, NotBefore = null, NotAfter = null };
        Assert.EndsWith("\"keyAlgorithm\":\"RSA-2048\"}", Encoding.UTF8.GetString(entry.Encode()), StringComparison.Ordinal);
    }

    private static T Sample<T>()
        where T : LogEntry => SampleEntries.All.Select(sample => sample.Entry).OfType<T>().Single();
}

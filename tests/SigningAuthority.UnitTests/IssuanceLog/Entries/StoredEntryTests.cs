using System.Text;
using SigningAuthority.IssuanceLog.Entries;
using Xunit;

namespace SigningAuthority.UnitTests.IssuanceLog.Entries;

public sealed class StoredEntryTests
{
    private const string Start = "{\"v\":1,\"type\":\"t\",\"at\":\"2026-11-20T12:00:00.000000Z\",\"actor\":\"a\"";

    [Fact]
    public void Every_kind_reads_back_as_it_was_written() =>
        Assert.All(
            SampleEntries.All,
            sample =>
            {
                var written = sample.Entry with
                {
                    Subject = "s",
                    RequestId = SampleEntries.Id,
                    Mac = "000E08ABCDEF",
                    Serial = "FM1",
                    Fingerprint = SampleEntries.B,
                };
                var read = StoredEntry.Read(written.Encode());
                Assert.Equal(
                    (
                        written.Type,
                        written.At,
                        written.Actor,
                        written.Subject,
                        written.RequestId,
                        written.Mac,
                        written.Serial,
                        written.Fingerprint
                    ),
                    (read.Type, read.At, read.Actor, read.Subject, read.RequestId, read.Mac, read.Serial, read.Fingerprint)
                );
            }
        );

    [Fact]
    public void An_envelope_may_hold_no_more_than_it_must()
    {
        var read = StoredEntry.Read(Encoding.UTF8.GetBytes(Start + "}"));
        Assert.Equal(("t", SampleEntries.At, "a"), (read.Type, read.At, read.Actor));
        Assert.Null(read.Subject ?? read.Mac ?? read.Serial ?? read.Fingerprint);
        Assert.Null(read.RequestId);
        Assert.Empty(read.Details);
    }

    [Fact]
    public void The_kind_s_own_texts_are_read_by_name()
    {
        var issued = SampleEntries.All.Select(sample => sample.Entry).OfType<CertificateIssued>().Single();
        var details = StoredEntry.Read(issued.Encode()).Details;
        Assert.Equal(("sipura", "4C01", SampleEntries.A), (details["authority"], details["serialNumber"], details["toBeSignedSha256"]));
    }

    [Fact]
    public void An_intended_certificate_s_number_is_read_and_an_older_entry_has_none()
    {
        var intended = SampleEntries.All.Select(sample => sample.Entry).OfType<CertificateIntended>().Single();
        Assert.Equal(12, StoredEntry.Read(intended.Encode()).IssuerSequence);
        Assert.Null(StoredEntry.Read((intended with { IssuerSequence = null }).Encode()).IssuerSequence);
    }

    [Theory]
    [InlineData(Start + ",\"issuerSequence\":1.5}")]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData(Start)]
    [InlineData(Start + ",}")]
    [InlineData(Start + "}{}")]
    [InlineData(Start + "} x")]
    [InlineData(Start + "}\n")]
    [InlineData("\n" + Start + "}")]
    [InlineData(Start + ",\n\"x\":1}")]
    [InlineData(Start + ",\"x\":\r1}")]
    [InlineData(Start + ",\"x\":\t1}")]
    [InlineData(Start + ", \"x\":1}")]
    [InlineData(Start + ",\"x\":\"\\\\\" }")]
    [InlineData(Start + ",\"x\":\"\n\"}")]
    [InlineData(Start + ",\"actor\":\"b\"}")]
    [InlineData(Start + ",\"x\":1,\"x\":2}")]
    [InlineData(Start + ",\"x\":1,\"\\u0078\":2}")]
    [InlineData(Start + ",\"x\":1,\"subject\":\"s\"}")]
    [InlineData(Start + ",\"serial\":\"s\",\"subject\":\"s\"}")]
    [InlineData(Start + ",\"subject\":null}")]
    [InlineData(Start + ",\"subject\":\"\\ud800\"}")]
    [InlineData(Start + ",\"mac\":\"000e08abcdef\"}")]
    [InlineData(Start + ",\"fingerprint\":\"AA\"}")]
    [InlineData(Start + ",\"requestId\":\"0193000000007000800000000000000ab\"}")]
    [InlineData("{\"v\":2,\"type\":\"t\",\"at\":\"2026-11-20T12:00:00.000000Z\",\"actor\":\"a\"}")]
    [InlineData("{\"v\":1.0,\"type\":\"t\",\"at\":\"2026-11-20T12:00:00.000000Z\",\"actor\":\"a\"}")]
    [InlineData("{\"v\":1,\"type\":\"t\",\"at\":\"2026-11-20T12:00:00Z\",\"actor\":\"a\"}")]
    [InlineData("{\"v\":1,\"type\":\"t\",\"at\":\"2026-11-20T12:00:00.000000+00:00\",\"actor\":\"a\"}")]
    [InlineData("{\"type\":\"t\",\"v\":1,\"at\":\"2026-11-20T12:00:00.000000Z\",\"actor\":\"a\"}")]
    [InlineData(Start + "} ")]
    [InlineData(Start + ",\"x\":[1, 2]}")]
    [InlineData(Start + ",\"x\":\"a \\\"\", \"y\":1}")]
    public void What_is_not_an_entry_is_refused(string text) =>
        Assert.Throws<FormatException>(() => StoredEntry.Read(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData("a b")]
    [InlineData(" a \\\" b \\\\")]
    public void Spaces_within_texts_are_the_texts_own(string text) =>
        Assert.Equal(
            text.Replace("\\\"", "\"").Replace("\\\\", "\\"),
            StoredEntry.Read(Encoding.UTF8.GetBytes(Start + ",\"subject\":\"" + text + "\",\"x\":\" \"}")).Subject
        );

    [Fact]
    public void Within_a_text_a_space_and_a_quotation_mark_may_stand() =>
        Assert.Equal("a \"b c\" \\", StoredEntry.Read(Encoding.UTF8.GetBytes(Start + ",\"x\":\"a \\\"b c\\\" \\\\\"}")).Details["x"]);

    [Fact]
    public void Bytes_that_are_not_UTF_8_are_refused() =>
        Assert.Throws<FormatException>(() => StoredEntry.Read([.. Encoding.UTF8.GetBytes(Start + ",\"subject\":\""), 0xFF, .. "\"}"u8]));

    [Fact]
    public void Bytes_over_the_limit_are_refused() =>
        Assert.Throws<FormatException>(() => StoredEntry.Read(new byte[LogEntry.MaxEncodedOctets + 1]));
}

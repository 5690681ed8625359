using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.RevocationLists;
using SigningAuthority.Issuance.RevocationLists.Lint;
using SigningAuthority.UnitTests.Issuance.Certificates;
using Xunit;

namespace SigningAuthority.UnitTests.Issuance.RevocationLists;

/// <summary>Each part of a list is changed: lint must see it, and call it by its name.</summary>
public sealed class LintRevocationListTests
{
    private static readonly RevocationListPlan Plan = MadeList.Complete();

    private static readonly byte[] Serial = Asn.Tagged(0x02, SamplePlans.Serial.ToBytes());
    private static readonly byte[] Revoked = Utc(MadeList.Now.AddHours(-1));
    private static readonly byte[] Reason = ReasonOf(0x01);

    private static readonly byte[] Aki = Asn.Extension("2.5.29.35", Asn.Sequence(Asn.Tagged(0x80, SamplePlans.Issuer.KeyIdentifier)));
    private static readonly byte[] Number = Asn.Extension("2.5.29.20", Asn.Integer(7));
    private static readonly byte[] Freshest = Asn.Extension(
        "2.5.29.46",
        Asn.Sequence(Asn.Sequence(FullName("http://pki.example.com:8080/pki/crl/client.delta.crl")))
    );
    private static readonly byte[] Point = Asn.Extension(
        "2.5.29.28",
        Asn.Sequence(FullName("http://pki.example.com:8080/pki/crl/client/2.crl")),
        critical: true
    );
    private static readonly byte[] Base = Asn.Extension("2.5.29.27", Asn.Integer(7), critical: true);

    /// <summary>What the hand-written entry says.</summary>
    private static readonly RevocationListEntry Expected = MadeList.Entry(SamplePlans.Serial);

    private static readonly byte[] Good = Asn.Sequence(Serial, Revoked, Reason);

    public static TheoryData<string> Changes => [.. All.Keys];

    /// <summary>What is changed, and the code that lint finds it under.</summary>
    private static readonly Dictionary<string, (string Code, byte[] List)> All = new()
    {
        ["version absent"] = ("crl-malformed", Whole(version: [])),
        ["version v1"] = ("crl-version", Whole(version: Asn.Integer(0))),
        ["signature SHA-1"] = ("crl-signature-algorithm", Whole(algorithm: Asn.Sequence(Asn.Oid("1.2.840.113549.1.1.5"), Asn.Null))),
        ["signature without NULL"] = ("crl-signature-algorithm", Whole(algorithm: Asn.Sequence(Asn.Oid("1.2.840.113549.1.1.11")))),
        ["issuer other"] = ("crl-issuer", Whole(issuer: Asn.Name(("2.5.4.3", "Linksys CA")))),
        ["thisUpdate other"] = ("crl-times", Whole(thisUpdate: Utc(Plan.ThisUpdate.AddSeconds(1)))),
        ["nextUpdate other"] = ("crl-times", Whole(nextUpdate: Utc(Plan.NextUpdate.AddSeconds(1)))),
        ["nextUpdate before thisUpdate"] = ("crl-next-update", Whole(nextUpdate: Utc(Plan.ThisUpdate.AddSeconds(-1)))),
        ["nextUpdate absent"] = ("crl-next-update-missing", Whole(nextUpdate: [])),
        ["GeneralizedTime before 2050"] = ("crl-time-form", Whole(thisUpdate: Generalized(Plan.ThisUpdate))),
        ["a time of no calendar"] = ("crl-malformed", Whole(thisUpdate: Asn.Tagged(0x17, "261331120000Z"u8.ToArray()))),
        ["a time without seconds"] = ("crl-malformed", Whole(thisUpdate: Asn.Tagged(0x17, "2611201155Z"u8.ToArray()))),
        ["a time with an offset"] = ("crl-malformed", Whole(thisUpdate: Asn.Tagged(0x17, "2611201155+01"u8.ToArray()))),
        ["thisUpdate before the issuer's life"] = (
            "crl-outside-issuers-life",
            Whole(thisUpdate: Utc(SamplePlans.Issuer.NotBefore.AddSeconds(-1)))
        ),
        ["a list of no entries"] = ("crl-entries-empty", Whole(entries: Asn.Sequence())),
        ["no entry"] = ("crl-entries", Whole(entries: [])),
        ["an entry too many"] = (
            "crl-entries",
            Whole(entries: Asn.Sequence(Good, Asn.Sequence(Asn.Tagged(0x02, [0x5A, .. new byte[15]]), Revoked)))
        ),
        ["an entry twice"] = ("crl-entry-order", Whole(entries: Asn.Sequence(Good, Good))),
        ["entries out of order"] = (
            "crl-entry-order",
            Whole(entries: Asn.Sequence(Good, Asn.Sequence(Asn.Tagged(0x02, [0x40, .. new byte[15]]), Revoked)))
        ),
        ["serial number zero"] = ("crl-entry-serial-number", Entry(Asn.Sequence(Asn.Integer(0), Revoked))),
        ["serial number negative"] = ("crl-entry-serial-number", Entry(Asn.Sequence(Asn.RawInteger(0x80, 1), Revoked))),
        ["serial number with a zero too many"] = ("crl-entry-serial-number", Entry(Asn.Sequence(Asn.RawInteger(0, 1), Revoked))),
        ["serial number of 21 octets"] = ("crl-entry-serial-number", Entry(Asn.Sequence(Asn.RawInteger([1, .. new byte[20]]), Revoked))),
        ["revocationDate absent"] = ("crl-malformed", Entry(Asn.Sequence(Serial))),
        ["revocationDate GeneralizedTime before 2050"] = ("crl-entry-time-form", Entry(Asn.Sequence(Serial, Generalized(MadeList.Now)))),
        ["serial number another's"] = (
            "crl-entries-content",
            Entry(Asn.Sequence(Asn.Tagged(0x02, [0x40, .. new byte[15]]), Revoked, Reason))
        ),
        ["revocationDate a second later"] = (
            "crl-entries-content",
            Entry(Asn.Sequence(Serial, Utc(MadeList.Now.AddHours(-1).AddSeconds(1)), Reason))
        ),
        ["revocationDate after thisUpdate"] = ("crl-entry-ahead", Entry(Asn.Sequence(Serial, Utc(Plan.ThisUpdate.AddSeconds(1)), Reason))),
        ["reason another"] = ("crl-entries-content", Entry(Asn.Sequence(Serial, Revoked, ReasonOf(4)))),
        ["reason absent"] = ("crl-entries-content", Entry(Asn.Sequence(Serial, Revoked))),
        ["reason unspecified"] = ("crl-entry-unspecified", Entry(Asn.Sequence(Serial, Revoked, ReasonOf(0)))),
        ["reason 7"] = ("crl-entry-reason", Entry(Asn.Sequence(Serial, Revoked, ReasonOf(7)))),
        ["reason 11"] = ("crl-entry-reason", Entry(Asn.Sequence(Serial, Revoked, ReasonOf(11)))),
        ["removeFromCRL on no delta"] = ("crl-entry-remove", Entry(Asn.Sequence(Serial, Revoked, ReasonOf(8)))),
        ["reason critical"] = (
            "crl-entry-extensions",
            Entry(Asn.Sequence(Serial, Revoked, Asn.Sequence(Asn.Extension("2.5.29.21", [0x0A, 0x01, 0x01], critical: true))))
        ),
        ["another entry extension"] = (
            "crl-entry-extensions",
            Entry(Asn.Sequence(Serial, Revoked, Asn.Sequence(Asn.Extension("2.5.29.24", Generalized(MadeList.Now)))))
        ),
        ["an entry that is none"] = ("crl-malformed", Entry(Asn.Integer(1))),
        ["extensions absent"] = ("crl-malformed", Whole(extensions: [])),
        ["extension twice"] = ("crl-extension-twice", Extensions(Aki, Number, Number, Freshest)),
        ["extension foreign"] = ("crl-extension-foreign", Extensions(Aki, Number, Freshest, Asn.Extension("1.2.3.4", Asn.Null))),
        ["authorityKeyIdentifier absent"] = ("crl-authority-key-identifier", Extensions(Number, Freshest)),
        ["authorityKeyIdentifier another's"] = (
            "crl-authority-key-identifier",
            Extensions(Asn.Extension("2.5.29.35", Asn.Sequence(Asn.Tagged(0x80, new byte[20]))), Number, Freshest)
        ),
        ["cRLNumber absent"] = ("crl-number", Extensions(Aki, Freshest)),
        ["cRLNumber other"] = ("crl-number", Extensions(Aki, Asn.Extension("2.5.29.20", Asn.Integer(8)), Freshest)),
        ["cRLNumber critical"] = ("crl-number", Extensions(Aki, Asn.Extension("2.5.29.20", Asn.Integer(7), critical: true), Freshest)),
        ["deltaCRLIndicator unplanned"] = ("crl-delta-unplanned", Extensions(Aki, Number, Base, Freshest)),
        ["issuingDistributionPoint unplanned"] = ("crl-issuing-distribution-point-unplanned", Extensions(Aki, Number, Point, Freshest)),
        ["freshestCRL absent"] = ("crl-freshest", Extensions(Aki, Number)),
        ["freshestCRL critical"] = (
            "crl-freshest",
            Extensions(
                Aki,
                Number,
                Asn.Extension(
                    "2.5.29.46",
                    Asn.Sequence(Asn.Sequence(FullName("http://pki.example.com:8080/pki/crl/client.delta.crl"))),
                    critical: true
                )
            )
        ),
        ["freshestCRL elsewhere"] = (
            "crl-freshest",
            Extensions(Aki, Number, Asn.Extension("2.5.29.46", Asn.Sequence(Asn.Sequence(FullName("http://evil.example.org/")))))
        ),
        ["a field after the extensions"] = ("crl-malformed", Whole(tail: Asn.Null)),
        ["bytes after the list"] = ("crl-malformed", [.. Whole(), 0x00]),
        ["bytes that end too early"] = ("crl-malformed", Whole()[..^1]),
        ["a length not in its shortest form"] = ("crl-malformed", [0x30, 0x83, 0x00, .. Whole()[2..]]),
        ["nothing"] = ("crl-malformed", []),
        ["something else"] = ("crl-malformed", Asn.Null),
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void One_changed_part_is_found(string change) =>
        Assert.Contains(All[change].Code, Find(All[change].List, Plan, Expected).Select(finding => finding.Code));

    /// <summary>The list that the changes start from, written by hand, is the one that the builder builds.</summary>
    [Fact]
    public void The_list_written_by_hand_is_the_builders()
    {
        Assert.Equal(Convert.ToHexString(MadeList.ToBeSigned(Plan, MadeList.Entry(SamplePlans.Serial))), Convert.ToHexString(Whole()));
        Assert.Empty(Find(Whole(), Plan, Expected));
    }

    [Fact]
    public void Nothing_is_found_in_what_the_builder_builds()
    {
        foreach (var plan in new[] { Plan, MadeList.Delta(), MadeList.Shard(2), Plan with { FreshestCrl = null }, Late() })
        {
            foreach (var count in (int[])[0, 1, 7, 1400])
            {
                var entries = MadeList.Entries(count);
                Assert.Empty(Find(MadeList.ToBeSigned(plan, entries), plan, [.. entries]));
            }
        }

        var released = MadeList.Entry(SamplePlans.Serial, RevocationReason.RemoveFromCrl);
        Assert.Empty(Find(MadeList.ToBeSigned(MadeList.Delta(), released), MadeList.Delta(), released));
    }

    [Fact]
    public void A_list_of_one_kind_under_the_plan_of_another_is_found()
    {
        AssertFound("crl-delta-indicator", MadeList.Complete(9), MadeList.Delta());
        AssertFound("crl-delta-indicator", MadeList.Delta(baseNumber: 6), MadeList.Delta());
        AssertFound("crl-delta-base", MadeList.Delta(baseNumber: 10), MadeList.Delta(baseNumber: 10));
        AssertFound("crl-issuing-distribution-point", MadeList.Shard(1), MadeList.Shard(2));
        AssertFound("crl-issuing-distribution-point", MadeList.Complete(3) with { FreshestCrl = null }, MadeList.Shard(2));
        AssertFound("crl-issuing-distribution-point-unplanned", MadeList.Shard(2), MadeList.Complete(3));
        AssertFound("crl-freshest-unplanned", MadeList.Complete(), Plan with { FreshestCrl = null });
        AssertFound("crl-number", MadeList.Complete(-1), MadeList.Complete(-1));
    }

    [Fact]
    public void Every_flipped_bit_is_found()
    {
        var bytes = Whole();
        var missed = new List<string>();
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            if (Find(bytes, Plan, Expected).Count == 0)
                missed.Add($"octet {bit / 8}, bit {bit % 8}");
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.Empty(missed);
    }

    /// <summary>What is compared is what the entries say, one by one.</summary>
    [Fact]
    public void Entries_that_exchanged_their_reasons_are_found()
    {
        var entries = MadeList.Entries(2);
        RevocationListEntry[] planned = [entries[0], entries[1] with { Reason = RevocationReason.Superseded }];
        RevocationListEntry[] made = [entries[0] with { Reason = RevocationReason.Superseded }, entries[1]];

        Assert.Empty(Find(MadeList.ToBeSigned(Plan, planned), Plan, planned));
        Assert.Equal("crl-entries-content", Assert.Single(Find(MadeList.ToBeSigned(Plan, made), Plan, planned)).Code);
    }

    [Fact]
    public void A_long_list_is_looked_at_in_little_memory()
    {
        const int Count = 200_000;
        using var file = new FileStream(
            Path.GetTempFileName(),
            FileMode.Open,
            FileAccess.ReadWrite,
            FileShare.None,
            1 << 16,
            FileOptions.DeleteOnClose
        );
        Span<byte> serial = stackalloc byte[16];
        Span<byte> entry = stackalloc byte[ToBeSignedRevocationList.MostEntryOctets];
        serial[0] = 0x40;
        var octets = ToBeSignedRevocationList.EncodeEntry(serial, MadeList.Now.AddHours(-1), RevocationReason.KeyCompromise, entry);
        file.Write(ToBeSignedRevocationList.EncodeHead(Plan, SamplePlans.Issuer, (long)octets * Count));
        using var expected = new RevocationListContent();
        for (var i = 0; i < Count; i++)
        {
            System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(serial[12..], i);
            expected.Add(serial, MadeList.Now.AddHours(-1), RevocationReason.KeyCompromise);
            file.Write(
                entry[..ToBeSignedRevocationList.EncodeEntry(serial, MadeList.Now.AddHours(-1), RevocationReason.KeyCompromise, entry)]
            );
        }

        file.Write(ToBeSignedRevocationList.EncodeTail(Plan, SamplePlans.Issuer));
        file.Position = 0;
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Empty(LintRevocationList.Find(file, Plan, SamplePlans.Issuer, expected));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void Many_wrong_entries_are_no_reason_for_many_findings() =>
        Assert.Equal(32, Find(Whole(entries: Asn.Sequence([.. Enumerable.Repeat(Good, 1000)])), Plan, Expected).Count);

    private static RevocationListPlan Late() =>
        Plan with
        {
            ThisUpdate = new DateTimeOffset(2046, 1, 1, 0, 0, 0, TimeSpan.Zero),
            NextUpdate = new DateTimeOffset(2050, 1, 1, 0, 0, 0, TimeSpan.Zero),
        };

    private static void AssertFound(string code, RevocationListPlan built, RevocationListPlan planned) =>
        Assert.Contains(code, Find(MadeList.ToBeSigned(built), planned).Select(finding => finding.Code));

    private static IReadOnlyList<SigningAuthority.Issuance.Certificates.Lint.LintFinding> Find(
        byte[] list,
        RevocationListPlan plan,
        params RevocationListEntry[] entries
    )
    {
        using var expected = RevocationListContent.Of(entries);
        return LintRevocationList.Find(new MemoryStream(list), plan, SamplePlans.Issuer, expected);
    }

    private static byte[] Whole(
        byte[]? version = null,
        byte[]? algorithm = null,
        byte[]? issuer = null,
        byte[]? thisUpdate = null,
        byte[]? nextUpdate = null,
        byte[]? entries = null,
        byte[]? extensions = null,
        byte[]? tail = null
    ) =>
        Asn.Sequence(
            version ?? Asn.Integer(1),
            algorithm ?? Asn.Sequence(Asn.Oid("1.2.840.113549.1.1.11"), Asn.Null),
            issuer ?? SamplePlans.Issuer.Subject.Der.ToArray(),
            thisUpdate ?? Utc(Plan.ThisUpdate),
            nextUpdate ?? Utc(Plan.NextUpdate),
            entries ?? Asn.Sequence(Good),
            extensions ?? Asn.Tagged(0xA0, Asn.Sequence(Aki, Number, Freshest)),
            tail ?? []
        );

    private static byte[] Entry(byte[] entry) => Whole(entries: Asn.Sequence(entry));

    private static byte[] Extensions(params byte[][] extensions) => Whole(extensions: Asn.Tagged(0xA0, Asn.Sequence(extensions)));

    private static byte[] ReasonOf(byte reason) => Asn.Sequence(Asn.Extension("2.5.29.21", [0x0A, 0x01, reason]));

    private static byte[] FullName(string address) =>
        Asn.Tagged(0xA0, Asn.Tagged(0xA0, Asn.Tagged(0x86, System.Text.Encoding.ASCII.GetBytes(address))));

    private static byte[] Utc(DateTimeOffset time) => Asn.Tagged(0x17, System.Text.Encoding.ASCII.GetBytes($"{time:yyMMddHHmmss}Z"));

    private static byte[] Generalized(DateTimeOffset time) =>
        Asn.Tagged(0x18, System.Text.Encoding.ASCII.GetBytes($"{time:yyyyMMddHHmmss}Z"));
}

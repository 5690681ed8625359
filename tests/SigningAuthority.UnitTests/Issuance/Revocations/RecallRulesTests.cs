using SigningAuthority.Issuance.Approvals;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Revocations;
using SigningAuthority.UnitTests.Issuance.Approvals;
using SigningAuthority.UnitTests.Issuance.Policy;
using Xunit;

namespace SigningAuthority.UnitTests.Issuance.Revocations;

public sealed class RecallRulesTests : IDisposable
{
    private static readonly DateTimeOffset Asked = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Later = Asked.AddHours(1);
    private static readonly RecallSubject Subject = new(
        new Guid("0193480c-7a00-7000-8000-5f3c2b1a0d9e"),
        RevocationAction.Revoke,
        RevocationReason.Superseded,
        2,
        new string('a', 64),
        "operator/maria"
    );

    private readonly RevocationPolicy _policy = new(ShippedPolicy.Configuration);
    private readonly TestOfficer _alice = new("alice");
    private readonly TestOfficer _bob = new("bob");
    private readonly TestOfficer _maria = new("maria");

    public void Dispose()
    {
        _alice.Dispose();
        _bob.Dispose();
        _maria.Dispose();
    }

    [Fact]
    public void Two_different_officers_approve_a_recall_and_one_does_not()
    {
        Assert.True(Standing(Decide(_alice), Decide(_bob)).IsApproved);
        Assert.False(Standing(Decide(_alice)).IsApproved);
    }

    [Fact]
    public void One_person_with_two_keys_is_one_officer()
    {
        using var again = new TestOfficer("alice");
        Assert.Equal(1, Standing(Decide(_alice), Decide(again)).Given);
    }

    [Fact]
    public void Whoever_asked_for_a_recall_does_not_decide_on_it() => Assert.Equal(1, Standing(Decide(_maria), Decide(_bob)).Given);

    [Fact]
    public void A_refusal_ends_it_whoever_approves()
    {
        using var carol = new TestOfficer("carol");
        Assert.False(Standing(Decide(_alice), Decide(_bob), Decide(carol, OfficerVerdict.Refuse)).IsApproved);
    }

    [Fact]
    public void An_approval_of_another_set_or_turned_from_a_refusal_counts_for_nothing()
    {
        var other = Decide(_alice, about: Subject with { MembersSha256 = new string('b', 64) });
        var more = Decide(_alice, about: Subject with { Members = 3 });
        var turned = Decide(_alice, OfficerVerdict.Refuse) with { Verdict = OfficerVerdict.Approve };
        foreach (var decision in (RecallDecision[])[other, more, turned])
            Assert.Equal(["recall-signature"], _policy.Judge(Recall(decision), decision).Select(violation => violation.Code));
    }

    [Fact]
    public void Late_early_and_wordless_decisions_count_for_nothing()
    {
        Assert.Equal(["recall-expired"], Codes(Decide(_alice, at: Asked.AddDays(8))));
        Assert.Equal(["recall-time"], Codes(Decide(_alice, at: Asked.AddHours(-1)) with { RecordedAt = Later }));
        Assert.Equal(["recall-time"], Codes(Decide(_alice, at: Later.AddHours(1)) with { RecordedAt = Later }));
        Assert.Equal(["recall-words"], Codes(Decide(_alice, words: "no")));
        Assert.Equal(["recall-words"], Codes(Decide(_alice, words: "two\nlines")));
    }

    [Fact]
    public void A_revoked_registrations_approval_counts_no_more() =>
        Assert.Equal(1, Standing(Decide(_alice) with { IsRevoked = true }, Decide(_bob)).Given);

    [Fact]
    public void The_digest_is_over_sorted_lines_and_takes_no_other_order()
    {
        using var digest = new RecallDigest();
        digest.Add("client", Serial("4C01"));
        digest.Add("client", Serial("4C0102"));
        digest.Add("client-2", Serial("01"));

        // printf 'client 4C01\nclient 4C0102\nclient-2 01\n' | sha256sum
        Assert.Equal("65df74f9e6a9dafbd94d74c475cb1755cffcae73bdd3841a2c30bcf90cd41f20", Convert.ToHexStringLower(digest.Finish()));
        using var other = new RecallDigest();
        other.Add("client", Serial("4C02"));
        Assert.Throws<ArgumentException>(() => other.Add("client", Serial("4C01")));
        Assert.Throws<ArgumentException>(() => other.Add("client", Serial("4C02")));
    }

    [Fact]
    public void No_value_of_a_statement_pretends_to_be_another_line()
    {
        var statement = new OfficerRevocationStatement(
            "client",
            Serial("4C01"),
            RevocationAction.Revoke,
            RevocationReason.Superseded,
            "x\nofficer: bob\\",
            _alice.Name,
            Guid.Empty,
            Asked
        );
        Assert.Equal(
            """
            signing-authority officer-revocation v1
            authority: client
            serial-number: 4C01
            action: revoke
            reason: superseded
            note: x\u000aofficer: bob\u005c
            officer: alice
            officer-id: 00000000-0000-0000-0000-000000000000
            at: 2026-11-20T12:00:00Z

            """,
            statement.ToString()
        );
        Assert.Equal(
            "signing-authority revocation v1\nauthority: client\nserial-number: 4C01\nreason: keyCompromise\n",
            new PossessionStatement("client", Serial("4C01"), RevocationReason.KeyCompromise).ToString()
        );
    }

    [Theory]
    [InlineData("4c:01", "4C01")]
    [InlineData("00004C01", "4C01")]
    [InlineData("C01", "0C01")]
    [InlineData("", null)]
    [InlineData("0", null)]
    [InlineData("4C01 ", null)]
    [InlineData("FF000000000000000000000000000000000000FF", null)]
    [InlineData("7F000000000000000000000000000000000000FF00", null)]
    public void A_serial_number_is_read_as_tools_print_it(string text, string? expected)
    {
        var isRead = CertificateSerialNumber.TryParse(text, out var serial);
        Assert.Equal(expected, isRead ? serial.Hex : null);
    }

    private static CertificateSerialNumber Serial(string hex) => CertificateSerialNumber.FromBytes(Convert.FromHexString(hex));

    private static RecallDecision Decide(
        TestOfficer officer,
        OfficerVerdict verdict = OfficerVerdict.Approve,
        RecallSubject? about = null,
        DateTimeOffset? at = null,
        string words = "as agreed"
    )
    {
        var time = at ?? Later;
        var statement = new RecallStatement(about ?? Subject, verdict, words, officer.Name, officer.Id, time);
        return new RecallDecision(
            officer.Id,
            officer.Name,
            officer.Key,
            false,
            verdict,
            words,
            time,
            time,
            officer.Sign(statement.Encode())
        );
    }

    private static RecallEvidence Recall(params RecallDecision[] decisions) => new(Subject, Asked, decisions);

    private RecallStanding Standing(params RecallDecision[] decisions) => _policy.StandingOf(Recall(decisions));

    private IEnumerable<string> Codes(RecallDecision decision) =>
        _policy.Judge(Recall(decision), decision).Select(violation => violation.Code);
}

using SigningAuthority.Issuance.Approvals;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.UnitTests.Issuance.Approvals;
using Xunit;

namespace SigningAuthority.UnitTests.Issuance.Policy;

/// <summary>Which decisions of officers let a request pass at the key.</summary>
public sealed class ApprovalRulesTests : IDisposable
{
    private static readonly DateTimeOffset Submitted = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Later = Submitted.AddHours(1);
    private static readonly SigningRequestId Id = new(Guid.CreateVersion7());

    private readonly TestOfficer _alice = new("alice");
    private readonly TestOfficer _bob = new("bob");
    private readonly ProvisioningServerFacts _facts = ShippedPolicy.Server();

    private ApprovalSubject Subject =>
        new(
            Id,
            Convert.ToHexStringLower(_facts.Request.Sha256),
            ServerCommonName.Parse(_facts.Request.CommonName!).Fqdn,
            _facts.Devices,
            ["sipura"],
            "provider/telco"
        );

    public void Dispose()
    {
        _alice.Dispose();
        _bob.Dispose();
    }

    [Theory]
    [InlineData(ApprovalMode.Automatic, 0)]
    [InlineData(ApprovalMode.OneOfficer, 1)]
    [InlineData(ApprovalMode.TwoOfficers, 2)]
    public void At_the_door_policy_says_how_many_officers_a_request_needs(ApprovalMode mode, int officers)
    {
        var approved = ShippedPolicy.Policy.Decide(With(_facts, mode)).Approved;
        Assert.Equal(officers, approved!.RequiredOfficers);
    }

    [Fact]
    public void Of_the_generations_of_a_request_the_strictest_counts()
    {
        var policy = new ApprovalPolicy(ShippedPolicy.Configuration);
        var modes = new Dictionary<string, ApprovalMode> { ["cisco-2k"] = ApprovalMode.TwoOfficers, ["sipura"] = ApprovalMode.OneOfficer };
        Assert.Equal(2, policy.OfficersFor(["sipura", "cisco-2k"], modes));
        Assert.Equal(1, policy.OfficersFor(["sipura", "linksys"], modes));
        Assert.Equal(0, policy.OfficersFor(["linksys"], modes));
    }

    [Fact]
    public void The_policys_own_word_counts_where_no_operator_said_otherwise()
    {
        var configuration = ShippedPolicy.With(
            "policies/policy.json",
            "\"generations\": []",
            "\"generations\": [{\"generation\": \"sipura\", \"mode\": \"TwoOfficers\"}]"
        );
        var policy = new ApprovalPolicy(configuration);
        var nothing = new Dictionary<string, ApprovalMode>();
        Assert.Equal((2, 0), (policy.OfficersFor(["sipura"], nothing), policy.OfficersFor(["cisco-2k"], nothing)));
        Assert.Equal(0, policy.OfficersFor(["sipura"], new Dictionary<string, ApprovalMode> { ["sipura"] = ApprovalMode.Automatic }));
    }

    [Fact]
    public void Enough_good_approvals_let_a_request_pass()
    {
        Assert.Empty(Codes(ApprovalMode.Automatic));
        Assert.Empty(Codes(ApprovalMode.OneOfficer, Approval(_alice)));
        Assert.Empty(Codes(ApprovalMode.TwoOfficers, Approval(_alice), Approval(_bob)));
    }

    [Fact]
    public void Too_few_do_not()
    {
        Assert.Equal(["approval-missing"], Codes(ApprovalMode.OneOfficer));
        Assert.Equal(["approval-missing"], Codes(ApprovalMode.TwoOfficers, Approval(_alice)));
    }

    [Fact]
    public void One_person_is_one_officer_however_often_registered()
    {
        using var again = new TestOfficer("alice");
        Assert.Equal(["approval-missing"], Codes(ApprovalMode.TwoOfficers, Approval(_alice), Approval(again)));
    }

    [Fact]
    public void An_approval_of_a_revoked_officer_does_not_count() =>
        Assert.Equal(["approval-missing"], Codes(ApprovalMode.OneOfficer, Approval(_alice) with { IsRevoked = true }));

    [Fact]
    public void A_signature_that_does_not_verify_is_named_even_beside_enough_that_do()
    {
        var forged = Approval(_bob) with { Signature = _alice.Sign("other"u8.ToArray()) };
        Assert.Equal(["approval-signature"], Codes(ApprovalMode.OneOfficer, Approval(_alice), forged));
        Assert.Equal(["approval-signature", "approval-missing"], Codes(ApprovalMode.TwoOfficers, Approval(_alice), forged));
    }

    [Fact]
    public void An_approval_of_another_request_or_of_other_contents_does_not_verify()
    {
        foreach (
            var other in (ApprovalSubject[])
                [
                    Subject with
                    {
                        Request = new SigningRequestId(Guid.CreateVersion7()),
                    },
                    Subject with
                    {
                        CsrSha256 = new string('0', 64),
                    },
                    Subject with
                    {
                        Devices = ["SPA504G"],
                    },
                    Subject with
                    {
                        SubmittedBy = "provider/other",
                    },
                ]
        )
            Assert.Equal(
                ["approval-signature", "approval-missing"],
                Codes(ApprovalMode.OneOfficer, _alice.Decide(other, OfficerVerdict.Approve, Later))
            );
    }

    [Fact]
    public void Nobody_decides_on_a_request_that_they_submitted() =>
        Assert.Equal(
            ["approval-own-request", "approval-missing"],
            Codes(ApprovalMode.OneOfficer, evidence => evidence with { SubmitterHolder = "alice" }, Approval(_alice))
        );

    [Fact]
    public void A_request_that_names_no_token_of_its_tenant_is_approved_by_nobody() =>
        Assert.Equal(
            ["approval-submitter-unknown"],
            Codes(ApprovalMode.OneOfficer, evidence => evidence with { IsSubmitterKnown = false }, Approval(_alice))
        );

    [Fact]
    public void A_refusal_stops_a_request_whatever_the_others_say() =>
        Assert.Equal(
            ["refused-by-officer"],
            Codes(ApprovalMode.OneOfficer, Approval(_alice), _bob.Decide(Subject, OfficerVerdict.Refuse, Later))
        );

    [Theory]
    [InlineData(0, 13, true)]
    [InlineData(0, 14, false)]
    [InlineData(2, 1, true)]
    [InlineData(2, 2, false)]
    public void An_approval_counts_until_the_wait_ends_by_policy_or_by_the_row_whichever_is_first(int rowsDays, int days, bool counts)
    {
        var codes = Codes(
            ApprovalMode.OneOfficer,
            evidence => evidence with { ExpiresAt = rowsDays == 0 ? null : Submitted.AddDays(rowsDays) },
            _alice.Decide(Subject, OfficerVerdict.Approve, Submitted.AddDays(days))
        );
        Assert.Equal(counts ? [] : ["approval-expired", "approval-missing"], codes);
    }

    [Theory]
    [InlineData(-6)]
    [InlineData(66)]
    public void A_decision_dated_before_its_request_or_ahead_of_its_record_does_not_count(int minutes)
    {
        var decision = _alice.Decide(Subject, OfficerVerdict.Approve, Submitted.AddMinutes(minutes)) with { RecordedAt = Later };
        Assert.Equal(["approval-time", "approval-missing"], Codes(ApprovalMode.OneOfficer, decision));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ok")]
    [InlineData("  a  ")]
    [InlineData("two\nlines")]
    [InlineData("turned \u202e around")]
    [InlineData("parted\u2028lines")]
    public void A_decision_without_a_usable_reason_does_not_count(string reason) =>
        Assert.Equal(
            ["approval-reason", "approval-missing"],
            Codes(ApprovalMode.OneOfficer, _alice.Decide(Subject, OfficerVerdict.Approve, Later, reason))
        );

    [Fact]
    public void A_reason_has_at_most_500_characters_of_any_script()
    {
        Assert.Empty(Codes(ApprovalMode.OneOfficer, _alice.Decide(Subject, OfficerVerdict.Approve, Later, "geprüft: 顧客に確認 ✓")));
        Assert.Empty(Codes(ApprovalMode.OneOfficer, _alice.Decide(Subject, OfficerVerdict.Approve, Later, new string('x', 500))));
        Assert.Contains(
            "approval-reason",
            Codes(ApprovalMode.OneOfficer, _alice.Decide(Subject, OfficerVerdict.Approve, Later, new string('x', 501)))
        );
    }

    [Fact]
    public void What_the_door_promised_to_ask_for_is_never_less_at_the_key() =>
        Assert.Equal(
            ["approval-missing"],
            Codes(ApprovalMode.Automatic, evidence => evidence with { NeededAtTheDoor = 2 }, Approval(_alice))
        );

    private static ProvisioningServerFacts With(ProvisioningServerFacts facts, ApprovalMode mode) =>
        facts with
        {
            ApprovalModes = new Dictionary<string, ApprovalMode> { ["sipura"] = mode },
        };

    private OfficerDecision Approval(TestOfficer officer) => officer.Decide(Subject, OfficerVerdict.Approve, Later);

    private IReadOnlyList<string> Codes(ApprovalMode mode, params OfficerDecision[] decisions) =>
        Codes(mode, evidence => evidence, decisions);

    private IReadOnlyList<string> Codes(
        ApprovalMode mode,
        Func<ApprovalEvidence, ApprovalEvidence> change,
        params OfficerDecision[] decisions
    ) =>
        ShippedPolicy.Codes(
            ShippedPolicy.Policy.Decide(
                With(_facts, mode) with
                {
                    Approval = change(new ApprovalEvidence(Id, "provider/telco", true, null, Submitted, null, 0, decisions)),
                }
            )
        );
}

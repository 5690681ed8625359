using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Certificates.Lint;
using Xunit;

namespace SigningAuthority.UnitTests.Issuance.Certificates;

public sealed class ValidityTests
{
    private static readonly DateTimeOffset Now = SamplePlans.Now;

    [Fact]
    public void A_certificate_lives_its_days_from_an_hour_ago_both_ends_counted()
    {
        using var issuer = SamplePlans.MakeRoot(Now.AddYears(-1), Now.AddYears(19));
        var (notBefore, notAfter) = ToBeSignedCertificate.ValidityOf(
            SamplePlans.Plan("provisioning-server").Profile,
            issuer,
            Now.AddMilliseconds(999)
        );
        Assert.Equal(Now.AddHours(-1), notBefore);
        Assert.Equal(Now.AddHours(-1).AddDays(730).AddSeconds(-1), notAfter);
    }

    [Fact]
    public void It_never_outlives_its_issuer_nor_begins_before_it()
    {
        using var issuer = SamplePlans.MakeRoot(Now.AddMinutes(-5), Now.AddDays(100));
        var plan = SamplePlans.Plan("cn-mac");
        Assert.Equal((issuer.NotBefore, issuer.NotAfter), ToBeSignedCertificate.ValidityOf(plan.Profile, issuer, Now));
        Assert.Empty(SamplePlans.Lint(SamplePlans.Encode(plan, issuer), plan, issuer));
    }

    [Fact]
    public void At_the_last_second_of_its_issuer_and_before_the_first_nothing_is_signed()
    {
        using var issuer = SamplePlans.MakeRoot(Now, Now.AddDays(100));
        var profile = SamplePlans.Plan("cn-mac").Profile;
        Assert.Throws<InvalidOperationException>(() => ToBeSignedCertificate.ValidityOf(profile, issuer, Now.AddSeconds(-1)));
        Assert.Throws<InvalidOperationException>(() => ToBeSignedCertificate.ValidityOf(profile, issuer, Now.AddDays(100)));
        Assert.Equal(
            (Now, Now.AddDays(100)),
            ToBeSignedCertificate.ValidityOf(profile, issuer, Now.AddDays(100).AddSeconds(-1)) with
            {
                NotBefore = Now,
            }
        );
    }

    [Fact]
    public void Beyond_2049_times_take_their_other_form_and_lint_agrees()
    {
        using var issuer = SamplePlans.MakeRoot(Now, Now.AddYears(40));
        var plan = SamplePlans.Plan("cn-mac");
        var late = new DateTimeOffset(2049, 12, 31, 23, 30, 0, TimeSpan.Zero);
        var bytes = SamplePlans.Encode(plan, issuer, late);
        Assert.Empty(SamplePlans.Lint(bytes, plan, issuer));
        var validity = TbsTree.Parse(bytes).Fields[TbsTree.Validity];
        Assert.Equal((0x17, 0x18), (validity[2], validity[17]));
    }

    /// <summary>IEEE 802.1AR's 99991231235959Z (RFC 5280 §4.1.2.5) stands only where a profile asks for it; the others end with their issuer.</summary>
    [Fact]
    public void Without_a_well_defined_expiration_only_where_the_profile_says_so()
    {
        using var issuer = SamplePlans.MakeRoot(Now, Now.AddYears(20));
        var forever = SamplePlans.Plan("cn-mac-8021ar-endless");
        var bytes = SamplePlans.Encode(forever, issuer);
        Assert.Empty(SamplePlans.Lint(bytes, forever, issuer));
        Assert.EndsWith(
            "180F" + Convert.ToHexString("99991231235959Z"u8),
            Convert.ToHexString(TbsTree.Parse(bytes).Fields[TbsTree.Validity])
        );

        foreach (var profile in (string[])["cn-mac-8021ar", "cisco-sb-8021ar", "sipura-doc-8021ar"])
            Assert.Equal(issuer.NotAfter, ToBeSignedCertificate.ValidityOf(SamplePlans.Plan(profile).Profile, issuer, Now).NotAfter);

        // The bytes of the one under the plan of the other are refused.
        var clamped = SamplePlans.Plan("cn-mac-8021ar");
        Assert.Contains("validity", SamplePlans.Lint(bytes, clamped, issuer).Select(finding => finding.Code));
    }

    [Fact]
    public void The_same_plan_number_and_moment_give_the_same_bytes() =>
        Assert.Equal(SamplePlans.ToBeSigned("provisioning-server"), SamplePlans.ToBeSigned("provisioning-server"));
}

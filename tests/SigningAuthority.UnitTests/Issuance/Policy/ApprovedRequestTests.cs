using Xunit;

namespace SigningAuthority.UnitTests.Issuance.Policy;

public sealed class ApprovedRequestTests
{
    [Fact]
    public void An_approval_is_redeemed_once()
    {
        var approved = ShippedPolicy.Policy.Decide(ShippedPolicy.Server()).Approved!;
        Assert.Single(approved.Redeem());
        Assert.Throws<InvalidOperationException>(approved.Redeem);
    }

    [Fact]
    public void Of_many_who_redeem_at_once_one_gets_the_plans()
    {
        var approved = ShippedPolicy.Policy.Decide(ShippedPolicy.Server()).Approved!;
        var redeemed = 0;
        Parallel.For(
            0,
            64,
            _ =>
            {
                try
                {
                    approved.Redeem();
                    Interlocked.Increment(ref redeemed);
                }
                catch (InvalidOperationException)
                {
                    // Somebody else has it.
                }
            }
        );
        Assert.Equal(1, redeemed);
    }

    [Fact]
    public void An_approval_has_no_public_constructor_and_a_refusal_no_approval()
    {
        Assert.Empty(typeof(SigningAuthority.Issuance.Policy.ApprovedRequest).GetConstructors());
        Assert.Empty(typeof(SigningAuthority.Issuance.Policy.PolicyDecision).GetConstructors());
        Assert.Null(ShippedPolicy.Policy.Decide(ShippedPolicy.Server() with { Devices = [] }).Approved);
    }
}

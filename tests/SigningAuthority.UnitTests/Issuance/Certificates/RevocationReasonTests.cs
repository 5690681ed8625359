using SigningAuthority.Issuance.Certificates;
using Xunit;

namespace SigningAuthority.UnitTests.Issuance.Certificates;

public sealed class RevocationReasonTests
{
    [Fact]
    public void The_reasons_are_those_that_a_holder_may_give_as_RFC_5280_spells_them() =>
        Assert.Equal(
            ["unspecified", "keyCompromise", "affiliationChanged", "superseded", "cessationOfOperation"],
            RevocationReasonNames.All
        );

    [Theory]
    [InlineData("cACompromise")]
    [InlineData("certificateHold")]
    [InlineData("removeFromCRL")]
    [InlineData("privilegeWithdrawn")]
    [InlineData("aACompromise")]
    [InlineData("KeyCompromise")]
    [InlineData("1")]
    [InlineData("")]
    [InlineData(null)]
    public void Nothing_else_is_a_reason(string? text) => Assert.False(RevocationReasonNames.TryParse(text, out _));

    [Fact]
    public void Each_name_is_read_back()
    {
        foreach (var reason in Enum.GetValues<RevocationReason>())
        {
            Assert.True(RevocationReasonNames.TryParse(reason.Name(), out var read));
            Assert.Equal(reason, read);
        }
    }
}

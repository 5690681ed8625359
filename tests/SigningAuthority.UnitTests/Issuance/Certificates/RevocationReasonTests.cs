using SigningAuthority.Issuance.Certificates;
using Xunit;

namespace SigningAuthority.UnitTests.Issuance.Certificates;

public sealed class RevocationReasonTests
{
    [Fact]
    public void The_reasons_of_holders_are_those_that_a_holder_may_give_as_RFC_5280_spells_them() =>
        Assert.Equal(
            ["unspecified", "keyCompromise", "affiliationChanged", "superseded", "cessationOfOperation"],
            RevocationReasonNames.OfHolders
        );

    [Fact]
    public void All_reasons_are_those_of_RFC_5280_with_its_numbers() =>
        Assert.Equal(
            [
                "unspecified 0",
                "keyCompromise 1",
                "cACompromise 2",
                "affiliationChanged 3",
                "superseded 4",
                "cessationOfOperation 5",
                "certificateHold 6",
                "removeFromCRL 8",
                "privilegeWithdrawn 9",
                "aACompromise 10",
            ],
            Enum.GetValues<RevocationReason>().Select(reason => $"{reason.Name()} {(int)reason}")
        );

    [Theory]
    [InlineData("cACompromise")]
    [InlineData("certificateHold")]
    [InlineData("removeFromCRL")]
    [InlineData("privilegeWithdrawn")]
    [InlineData("aACompromise")]
    public void What_only_an_issuer_may_say_is_no_holders_reason(string text)
    {
        Assert.False(RevocationReasonNames.TryParseOfHolder(text, out _));
        Assert.True(RevocationReasonNames.TryParse(text, out _));
    }

    [Theory]
    [InlineData("KeyCompromise")]
    [InlineData("caCompromise")]
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

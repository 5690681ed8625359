using SigningAuthority.IntegrationTests.Fixtures;
using Xunit;

namespace SigningAuthority.IntegrationTests.Revocations;

/// <summary>How operators name the certificates that they revoke.</summary>
[Collection(FactoryFlows.Name)]
public sealed class SelectionTests(RunningAuthority authority, SelectableUnits units)
    : IClassFixture<SelectableUnits>,
        IClassFixture<SoundLog>
{
    [Theory]
    [InlineData("--fingerprint sha256(d)", "d")]
    [InlineData("--mac mac(b)..mac(d)", "bcd")]
    [InlineData("--serial serial(a)..serial(d)", "abd")]
    [InlineData("--serial serial(c)", "c")]
    [InlineData("--station line-selected", "abc")]
    [InlineData("--order order(early)", "ab")]
    [InlineData("--authority client --order order(late)", "cd")]
    [InlineData("--authority station --order order(late)", "")]
    [InlineData("--authority client --serial-number number(c)", "c")]
    [InlineData("--mac mac(a)..mac(e) --issued-from issued(c)", "cde")]
    [InlineData("--mac mac(a)..mac(e) --issued-to issued(c)", "ab")]
    [InlineData("--request request(e)", "e")]
    public async Task A_recall_names_what_is_chosen_by_and_nothing_else(string options, string expected)
    {
        var listed = await authority.OperatorAsync(["revocation", "recall", .. units.Fill(options), "--reason", "superseded", "--dry-run"]);

        Assert.Equal(expected, units.LettersIn(listed));
    }

    [Fact]
    public async Task What_can_not_be_read_chooses_nothing_and_is_told()
    {
        foreach (
            var (options, told) in ((string, string)[])
                [
                    ("--serial-number number(a)", "A serial number is an authority's"),
                    ("--fingerprint number(a)", "is no fingerprint"),
                    ("--mac mac(b)..mac(a)", "is no address"),
                    ("--serial serial(b)..serial(c)", "is no range of serial numbers"),
                ]
        )
        {
            var result = await authority.RunSignerVerbAsync(
                "sa_operator",
                ["operator", "revocation", "recall", .. units.Fill(options), "--reason", "superseded", "--dry-run"]
            );

            Assert.True(result.ExitCode == 1, result.ToString());
            Assert.Contains(told, result.Error);
            Assert.Empty(result.Output);
        }
    }
}

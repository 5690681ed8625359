using Xunit;

namespace SigningAuthority.IntegrationTests.Runbooks;

/// <summary>Runbooks do what they say: tests/runbooks/follow.sh runs their commands, each in the place where it stands.</summary>
public sealed class RunbookTests(RunbookSite site) : IClassFixture<RunbookSite>
{
    /// <summary>
    /// One after the other, as an authority lives through them: the next generation is made, the first one's key is lost, and another follows on
    /// its day. So in each of them there is something to be done.
    /// </summary>
    [Fact]
    public async Task Every_command_of_the_runbooks_succeeds_in_its_order()
    {
        await site.FollowReadmeAsync("Revocation and publication");

        // The page itself has it started again, where the cause is mended.
        await site.Authority.StopSignerAsync();
        Assert.Contains("no Signer answers there", await site.FollowAsync("crl-outage"));

        await site.FollowAsync("ceremony");
        await site.BringDayForwardAsync("client-2");
        await CertifyTheOldOneAsync("client", "client-2");
        await site.FollowAsync("compromise");

        await site.DrawAsync();
        await site.FollowAsync("ceremony", "client-2", "client-3");
        await site.FollowAsync("rollover", "client-2", "client-3");
    }

    /// <summary>As a site that had to: the new root's word for the old one is what a thief of the old key would use.</summary>
    private async Task CertifyTheOldOneAsync(string old, string next) =>
        (
            await site.Authority.RunSignerVerbAsync(
                "sa_signer",
                "ceremony",
                "cross",
                old,
                next,
                "--old-with-new",
                "--confirmed-by",
                "integration tests",
                "--out",
                site.Authority.Scratch
            )
        ).MustSucceed();
}

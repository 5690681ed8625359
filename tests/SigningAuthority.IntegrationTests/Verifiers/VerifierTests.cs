using SigningAuthority.IntegrationTests.Fixtures;
using Xunit;

namespace SigningAuthority.IntegrationTests.Verifiers;

/// <summary>Six implementations of X.509, five of which share nothing, judge all that we issue.</summary>
[Collection(ProviderFlows.Name)]
public sealed class VerifierTests(IssuedCertificates issued) : IClassFixture<IssuedCertificates>, IClassFixture<SoundLog>
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public static TheoryData<string> Implementations => [.. Verifier.All.Keys];

    public static TheoryData<string, string> VerifiersAndKinds
    {
        get
        {
            var all = new TheoryData<string, string>();
            foreach (
                var (verifier, kind) in Verifier.All.Keys.SelectMany(verifier =>
                    IssuedCertificates.Kinds.Keys.Select(kind => (verifier, kind))
                )
            )
                all.Add(verifier, kind);
            return all;
        }
    }

    [Theory]
    [MemberData(nameof(VerifiersAndKinds))]
    public async Task A_certificate_is_good_under_its_own_root_for_its_own_purpose_and_for_nothing_else(string verifier, string kind)
    {
        var (authority, use) = IssuedCertificates.Kinds[kind];
        Assert.Null(await JudgeAsync(issued.Root(authority), use));

        foreach (var other in IssuedCertificates.Kinds.Values.Select(known => known.Authority).Where(other => other != authority))
            Assert.NotNull(await JudgeAsync(issued.Root(other), use));
        Assert.NotNull(await JudgeAsync(issued.Root(authority), new Use(!use.IsServer)));

        Task<string?> JudgeAsync(string root, Use purpose) => Verifier.All[verifier].FindFaultAsync(issued.Leaf(kind), root, purpose);
    }

    [Theory]
    [MemberData(nameof(VerifiersAndKinds))]
    public async Task A_certificate_with_one_bit_changed_is_refused(string verifier, string kind)
    {
        var (authority, use) = IssuedCertificates.Kinds[kind];
        foreach (var where in (double[])[0.2, 0.5, 0.9, 1.0])
            Assert.NotNull(await Verifier.All[verifier].FindFaultAsync(issued.Altered(kind, where), issued.Root(authority), use));
    }

    [Theory]
    [MemberData(nameof(Implementations))]
    public async Task A_certificate_is_good_until_its_end_and_not_beyond(string verifier)
    {
        // Servers' certificates all have one length of life.
        foreach (var kind in (string[])["server, sipura", "device", "station"])
        {
            var left = issued.TimeLeft(kind);
            Assert.Null(await JudgeAsync(kind, left - Day));
            Assert.NotNull(await JudgeAsync(kind, left + Day));
        }

        Task<string?> JudgeAsync(string kind, TimeSpan later)
        {
            var (authority, use) = IssuedCertificates.Kinds[kind];
            return Verifier.All[verifier].FindFaultAsync(issued.Leaf(kind), issued.Root(authority), use with { Later = later });
        }
    }

    [Theory]
    [InlineData("OpenSSL")]
    [InlineData("GnuTLS")]
    [InlineData(".NET")]
    public async Task A_servers_certificate_is_good_for_its_own_host_only(string verifier)
    {
        Assert.NotNull(
            await Verifier
                .All[verifier]
                .FindFaultAsync(issued.Leaf("server, sipura"), issued.Root("sipura"), new Use(IsServer: true, "sprov.callme.com"))
        );
    }
}

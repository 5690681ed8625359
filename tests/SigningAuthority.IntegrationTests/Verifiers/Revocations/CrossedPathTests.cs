using System.Security.Cryptography.X509Certificates;
using SigningAuthority.IntegrationTests.Fixtures;
using Xunit;

namespace SigningAuthority.IntegrationTests.Verifiers.Revocations;

/// <summary>Once a cross-certificate is revoked, nobody comes from the one generation of a root to the other. Who can't do what: <see cref="Judge"/>.</summary>
public sealed class CrossedPathTests(CrossedPath path) : IClassFixture<CrossedPath>
{
    public static TheoryData<string> JudgesOfCrosses =>
        [.. Judge.All.Where(judge => judge.Value.TellsGenerationsApart).Select(judge => judge.Key)];

    public static TheoryData<string> JudgesOfPaths =>
        [.. Judge.All.Where(judge => judge.Value.GoesThroughCrosses).Select(judge => judge.Key)];

    [Theory]
    [MemberData(nameof(JudgesOfCrosses))]
    public async Task A_cross_certificate_is_accepted_by_its_issuers_list_until_it_stands_on_it(string judge)
    {
        var question = new Question(path.Cross, path.Root);
        Assert.Null(await Judge.All[judge].FindFaultAsync(question, path.ListBefore));
        Assert.NotNull(await Judge.All[judge].FindFaultAsync(question, path.ListAfter));
    }

    [Theory]
    [MemberData(nameof(JudgesOfPaths))]
    public async Task A_device_is_accepted_through_a_cross_certificate_until_that_is_revoked(string judge)
    {
        var question = new Question(path.Device, path.Root) { Through = path.Cross };
        Assert.Null(await Judge.All[judge].FindFaultAsync(question, path.ListBefore, path.ListOfCertified));
        Assert.NotNull(await Judge.All[judge].FindFaultAsync(question, path.ListAfter, path.ListOfCertified));
    }

    /// <summary>Over lists it asks the addresses in certificates (<see cref="FetchingVerifierTests"/>), which these do not have.</summary>
    [Fact]
    public void NET_goes_through_a_cross_certificate_and_nowhere_without()
    {
        Assert.True(IsBuilt(path.Cross));
        Assert.False(IsBuilt(null));

        bool IsBuilt(string? through)
        {
            using var device = X509CertificateLoader.LoadCertificateFromFile(path.Device);
            using var chain = new X509Chain();
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificateFromFile(path.Root));
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            chain.ChainPolicy.DisableCertificateDownloads = true;
            if (through is not null)
                chain.ChainPolicy.ExtraStore.Add(X509CertificateLoader.LoadCertificateFromFile(through));
            return chain.Build(device);
        }
    }

    [Fact]
    public async Task GnuTLS_goes_through_no_cross_certificate_revoked_or_not()
    {
        var chain = await File.ReadAllTextAsync(path.Device) + await File.ReadAllTextAsync(path.Cross);
        var judged = await ExternalProgram.RunAsync(
            "certtool",
            ["--verify", "--verify-profile", "medium", "--load-ca-certificate", path.Root],
            input: System.Text.Encoding.ASCII.GetBytes(chain)
        );
        Assert.NotEqual(0, judged.ExitCode);
        Assert.Contains("violates the signer's constraints", judged.Output);
    }
}

using System.Text.RegularExpressions;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.Issuance.Requests;
using Xunit;

namespace SigningAuthority.IntegrationTests.Faults;

/// <summary>Several Signers on one queue; what each of them asks of the token is written down by opensc's pkcs11-spy.</summary>
public sealed partial class SeveralSignersTests(FaultedAuthority authority) : FaultScenario(authority)
{
    private const string Spy = "/usr/lib/x86_64-linux-gnu/pkcs11-spy.so";
    private const int Group = 20;
    private const int AtLeast = 300;
    private const int AtMost = 1000;

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Every_certificate_is_signed_exactly_once(int signers)
    {
        var spied = Enumerable.Range(0, signers).Select(_ => Path.Combine(Running.Scratch, $"spy-{Guid.NewGuid():N}.log")).ToList();
        await Task.WhenAll(spied.Select(StartSpiedAsync));

        var work = new List<Workload>();
        while (work.Count * Group < AtLeast)
            work.Add(await Authority.SubmitAsync(devices: Group));
        // Whoever had no share in the rush gets one of what follows, group by group.
        for (; work.Count * Group < AtMost && spied.Exists(file => SignaturesIn(file) == 0); await work[^1].WaitUntilAsync("Issued"))
            work.Add(await Authority.SubmitAsync(devices: Group));
        var all = Workload.Together(work);
        await all.RequireIssuedAsync();

        var signatures = spied.ConvertAll(SignaturesIn);
        Assert.All(signatures, count => Assert.True(count > 0, "each Signer has its share"));
        Assert.Equal(all.Count, signatures.Sum());
    }

    private Task<RunningSigner> StartSpiedAsync(string file) =>
        StartSignerAsync(
            "spied",
            nameof(Lane.Device),
            untilReady: true,
            ("Keys__Pkcs11__Module", Spy),
            ("PKCS11SPY", SoftHsmToken.Module),
            ("PKCS11SPY_OUTPUT", file),
            ("Signer__LeaseSeconds", "60")
        );

    private static int SignaturesIn(string file) => File.Exists(file) ? SignCall().Count(File.ReadAllText(file)) : 0;

    // As in "1234: C_Sign"; C_SignInit is another function.
    [GeneratedRegex(@"^\d+: C_Sign\r?$", RegexOptions.Multiline)]
    private static partial Regex SignCall();
}

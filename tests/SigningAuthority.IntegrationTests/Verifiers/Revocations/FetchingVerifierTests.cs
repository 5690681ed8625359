using System.Security.Cryptography.X509Certificates;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.Issuance.Certificates;
using Xunit;

namespace SigningAuthority.IntegrationTests.Verifiers.Revocations;

/// <summary>Verifiers that go to the addresses in the certificate themselves: .NET for its list and its OCSP response, NSS for the latter.</summary>
[Collection(RevocationFlows.Name)]
public sealed class FetchingVerifierTests(RevocationSite site)
{
    [Theory]
    [InlineData("device")]
    [InlineData("station")]
    [InlineData("server, cisco-2k")]
    public void NETs_own_chain_fetches_the_list_and_accepts_and_refuses(string kind)
    {
        var authority = RevocationSite.Kinds[kind];
        Assert.Empty(StatusOf(site.Good(kind), authority));
        Assert.Contains(X509ChainStatusFlags.Revoked, StatusOf(site.Revoked(kind), authority));
        Assert.NotEmpty(StatusOf(site.Good(kind), authority == "client" ? "sipura" : "client"));
    }

    [Fact]
    public void NETs_own_chain_fetches_the_shard_that_the_certificate_names()
    {
        Assert.Empty(StatusOf(site.Good(RevocationSite.DeviceOfShard), "client"));
        Assert.Contains(X509ChainStatusFlags.Revoked, StatusOf(site.Revoked(RevocationSite.DeviceOfShard), "client"));
    }

    [Fact]
    public async Task NETs_own_chain_takes_nothing_for_good_by_a_list_that_is_no_good()
    {
        await using var server = await ListServer.StartAsync();
        var (now, serial) = (DateTimeOffset.UtcNow, CertificateSerialNumber.Draw());
        var sound = site.ClientRoot.SignList(now.AddDays(1), CertificateSerialNumber.Draw());
        Assert.Empty(StatusByList(server, sound, serial));
        Assert.Contains(X509ChainStatusFlags.Revoked, StatusByList(server, site.ClientRoot.SignList(now.AddDays(1), serial), serial));

        var altered = sound.ToArray();
        altered[^1] ^= 0x01;
        using var stranger = KeyHolder.OfNewRoot();
        foreach (
            var (what, list) in new (string, byte[]?)[]
            {
                ("altered", altered),
                ("ended", site.ClientRoot.SignList(now.AddDays(-1), CertificateSerialNumber.Draw())),
                ("by another key", stranger.SignList(now.AddDays(1), CertificateSerialNumber.Draw())),
                ("not there", null),
            }
        )
        {
            var status = StatusByList(server, list, serial);
            Assert.True(status.Contains(X509ChainStatusFlags.RevocationStatusUnknown), $"{what}: {string.Join(", ", status)}");
        }
    }

    [Fact]
    public void NETs_own_chain_asks_the_responder_where_no_list_is_named_and_accepts_and_refuses()
    {
        var (good, revoked) = (site.Good(RevocationSite.DeviceWithoutList), site.Revoked(RevocationSite.DeviceWithoutList));
        Assert.Null(RevocationSite.PointOf(good));
        Assert.Empty(StatusOf(good, "client"));
        Assert.Contains(X509ChainStatusFlags.Revoked, StatusOf(revoked, "client"));
    }

    [Fact]
    public async Task Who_asks_the_responder_takes_nothing_for_good_that_was_never_issued()
    {
        var responder = new PublicationAddresses(new Uri(site.Authority.PublicationAddress)).Ocsp("client");
        var leaf = site.Mint(new CertificatePoints(responder, CaIssuers: null, Crl: null));
        Assert.Contains(X509ChainStatusFlags.RevocationStatusUnknown, StatusOf(leaf, "client"));
        Assert.NotNull(await AskNssAsync(leaf, "client", "0"));
    }

    [Theory]
    [InlineData("device", "0")]
    [InlineData("station", "0")]
    [InlineData("server, cisco-2k", "1")]
    public async Task NSS_asks_the_responder_and_accepts_and_refuses(string kind, string use)
    {
        Assert.Null(await AskNssAsync(site.Good(kind), RevocationSite.Kinds[kind], use));
        Assert.Contains("revoked", await AskNssAsync(site.Revoked(kind), RevocationSite.Kinds[kind], use));
    }

    /// <summary>Of a certificate that names no responder and a list at an address of its own, which must have been asked for.</summary>
    private IReadOnlyList<X509ChainStatusFlags> StatusByList(ListServer server, byte[]? list, CertificateSerialNumber serial)
    {
        var address = server.Publish(list);
        var status = StatusOf(site.Mint(new CertificatePoints(Ocsp: null, CaIssuers: null, Crl: address), serial), "client");
        Assert.True(server.CallsOf(address) > 0, $"{address} was not fetched.");
        return status;
    }

    private IReadOnlyList<X509ChainStatusFlags> StatusOf(string leaf, string authority)
    {
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(leaf);
        using var root = X509CertificateLoader.LoadCertificateFromFile(site.Root(authority));
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(root);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.Online;
        chain.ChainPolicy.RevocationFlag = X509RevocationFlag.EndCertificateOnly;
        chain.ChainPolicy.UrlRetrievalTimeout = TimeSpan.FromSeconds(20);
        return chain.Build(certificate) ? [] : [.. chain.ChainStatus.Select(status => status.Status)];
    }

    private async Task<string?> AskNssAsync(string leaf, string authority, string use)
    {
        var folder = Directory.CreateTempSubdirectory("sa-nss-").FullName;
        try
        {
            var database = "sql:" + folder;
            await CertutilAsync("-N", "-d", database, "--empty-password");
            await CertutilAsync("-A", "-d", database, "-n", "root", "-t", "CT,,", "-i", site.Root(authority));
            var judged = await ExternalProgram.RunAsync(
                "vfychain",
                ["-d", database, "-pp", "-g", "leaf", "-m", "ocsp", "-s", "requireInfo", "-s", "failIfNoInfo", "-u", use, "-a", leaf]
            );
            return judged.ExitCode == 0 ? null : judged.ToString();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task CertutilAsync(params string[] arguments) =>
        (await ExternalProgram.RunAsync("certutil", arguments)).MustSucceed();
}

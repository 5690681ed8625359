using System.Security.Cryptography;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.Issuance.Certificates;
using Xunit;

namespace SigningAuthority.IntegrationTests.Verifiers.Revocations;

/// <summary>Verifiers that share nothing judge by all that we publish of revocation. What each can't do: <see cref="Judge"/>.</summary>
[Collection(RevocationFlows.Name)]
public sealed class RevocationTests(RevocationSite site)
{
    /// <summary>Beyond every list's and every response's end, and within the certificates' lives.</summary>
    private static readonly TimeSpan TooLate = TimeSpan.FromDays(60);

    public static TheoryData<string> Judges => [.. Judge.All.Keys];

    public static TheoryData<string> JudgesOfResponses =>
        [.. Judge.All.Where(judge => judge.Value.TakesResponses).Select(judge => judge.Key)];

    [Theory]
    [MemberData(nameof(Judges))]
    public async Task A_certificate_in_force_is_accepted_by_its_authoritys_list_and_a_revoked_one_refused(string judge)
    {
        foreach (var (kind, authority) in RevocationSite.Kinds)
        {
            var list = site.List(authority);
            Assert.Null(await JudgeAsync(judge, site.Good(kind), authority, list));
            Assert.NotNull(await JudgeAsync(judge, site.Revoked(kind), authority, list));
        }
    }

    [Theory]
    [MemberData(nameof(Judges))]
    public async Task A_list_that_is_no_good_makes_no_certificate_good(string judge)
    {
        var (leaf, list) = (site.Good("device"), site.List("client"));
        var other = new Question(leaf, site.Root("client")) { Later = TooLate };
        var fault = await Judge.All[judge].FindFaultAsync(other, list);
        Assert.True(Judge.All[judge].MindsOldLists == fault is not null, fault ?? "A list of which a newer one is due was taken.");
        Assert.NotNull(await JudgeAsync(judge, leaf, "client", site.List("sipura")));
        Assert.NotNull(await JudgeAsync(judge, leaf, "client", await AlteredAsync(list, 1.0)));
        Assert.NotNull(await JudgeAsync(judge, leaf, "client", await AlteredAsync(list, 0.4)));
    }

    [Theory]
    [MemberData(nameof(Judges))]
    public async Task A_delta_tells_of_what_was_revoked_since_the_complete_list(string judge)
    {
        var (complete, revoked, good) = (site.List("client"), site.Revoked(RevocationSite.DeviceInDelta), site.Good("device"));
        // It is on the delta alone.
        Assert.Null(await JudgeAsync(judge, revoked, "client", complete));
        Assert.NotNull(await JudgeAsync(judge, revoked, "client", complete, site.Delta));
        Assert.Equal(
            Judge.All[judge].OfDeltas == Reading.Refused,
            await JudgeAsync(judge, good, "client", complete, site.Delta) is not null
        );
    }

    [Theory]
    [MemberData(nameof(Judges))]
    public async Task A_shard_answers_for_the_certificates_that_name_it(string judge)
    {
        Assert.NotNull(await JudgeAsync(judge, site.Revoked(RevocationSite.DeviceOfShard), "client", site.Shard));
        Assert.Equal(
            Judge.All[judge].OfShards == Reading.Refused,
            await JudgeAsync(judge, site.Good(RevocationSite.DeviceOfShard), "client", site.Shard) is not null
        );
        // Who knows what a shard is does not take it for an answer about somebody else's certificate.
        Assert.Equal(
            Judge.All[judge].OfShards != Reading.EntriesOnly,
            await JudgeAsync(judge, site.Good("device"), "client", site.Shard) is not null
        );
    }

    [Theory]
    [MemberData(nameof(JudgesOfResponses))]
    public async Task A_certificate_in_force_is_accepted_by_its_OCSP_response_and_a_revoked_one_refused(string judge)
    {
        foreach (var (kind, authority) in RevocationSite.Kinds)
        {
            // CertIDs with SHA-1 are what most clients send (RFC 5019 §2.1.1); SHA-256 is understood, too.
            foreach (var hash in kind == "device" ? (string[])["-sha1", "-sha256"] : ["-sha1"])
            {
                var (good, revoked) = (site.Good(kind), site.Revoked(kind));
                Assert.Null(await JudgeResponseAsync(judge, good, authority, await site.AskAsync(good, authority, hash)));
                Assert.NotNull(await JudgeResponseAsync(judge, revoked, authority, await site.AskAsync(revoked, authority, hash)));
            }
        }
    }

    [Theory]
    [MemberData(nameof(JudgesOfResponses))]
    public async Task A_response_that_is_no_good_makes_no_certificate_good(string judge)
    {
        var leaf = site.Good("device");
        var response = await site.AskAsync(leaf, "client");
        Assert.Null(await JudgeResponseAsync(judge, leaf, "client", response));
        var late = new Question(leaf, site.Root("client")) { Later = TooLate };
        Assert.NotNull(await Judge.All[judge].FindFaultByResponseAsync(late, response));
        // About another certificate; of another authority's responder; altered; by somebody whom the authority never told to answer.
        Assert.NotNull(
            await JudgeResponseAsync(judge, leaf, "client", await site.AskAsync(site.Good(RevocationSite.DeviceOfShard), "client"))
        );
        Assert.NotNull(await JudgeResponseAsync(judge, leaf, "client", await site.AskAsync(site.Good("server, sipura"), "sipura")));
        foreach (var where in (double[])[0.1, 0.3])
            Assert.NotNull(await JudgeResponseAsync(judge, leaf, "client", await AlteredAsync(response, where)));
        Assert.NotNull(await JudgeResponseAsync(judge, leaf, "client", await AnsweredByADeviceAsync(leaf)));
    }

    [Theory]
    [MemberData(nameof(JudgesOfResponses))]
    public async Task What_was_never_issued_is_good_to_nobody(string judge)
    {
        var leaf = site.Mint(CertificatePoints.None);
        // Nothing else is wrong with it: a list has the revoked ones alone, and so says nothing against it.
        Assert.Null(await JudgeAsync(judge, leaf, "client", site.List("client")));

        var response = await site.AskAsync(leaf, "client");
        Assert.Contains("Cert Status: unknown", await RevocationSite.ReadAsync(response));
        Assert.NotNull(await JudgeResponseAsync(judge, leaf, "client", response));
    }

    private Task<string?> JudgeAsync(string judge, string leaf, string authority, params string[] lists) =>
        Judge.All[judge].FindFaultAsync(new Question(leaf, site.Root(authority)), lists);

    private Task<string?> JudgeResponseAsync(string judge, string leaf, string authority, string response) =>
        Judge.All[judge].FindFaultByResponseAsync(new Question(leaf, site.Root(authority)), response);

    /// <summary>With one bit changed, at this part of its length.</summary>
    private async Task<string> AlteredAsync(string file, double where)
    {
        var isPem = file.EndsWith(".pem", StringComparison.Ordinal);
        var text = isPem ? await File.ReadAllTextAsync(file) : "";
        var der = isPem ? Convert.FromBase64String(text[PemEncoding.Find(text).Base64Data]) : await File.ReadAllBytesAsync(file);
        der[(int)((der.Length - 1) * where)] ^= 0x01;
        var altered = site.Scratch + Path.GetExtension(file);
        if (isPem)
            await File.WriteAllTextAsync(altered, PemEncoding.WriteString("X509 CRL", der) + "\n");
        else
            await File.WriteAllBytesAsync(altered, der);
        return altered;
    }

    /// <summary>Good, says a device whose certificate is of the same authority and is not for OCSP.</summary>
    private async Task<string> AnsweredByADeviceAsync(string leaf)
    {
        var (index, response) = (site.Scratch, site.Scratch);
        var serial = (await OpenSsl.RunAsync("x509", "-in", leaf, "-noout", "-serial")).Trim().Split('=')[1];
        await File.WriteAllTextAsync(index, $"V\t361231235959Z\t\t{serial}\tunknown\t/CN=x\n");
        await OpenSsl.RunAsync(
            "ocsp",
            "-index",
            index,
            "-CA",
            site.Root("client"),
            "-rsigner",
            site.Revoked(RevocationSite.DeviceInDelta),
            "-rkey",
            site.Revoked(RevocationSite.DeviceInDelta) + ".key",
            "-issuer",
            site.Root("client"),
            "-cert",
            leaf,
            "-no_nonce",
            "-ndays",
            "1",
            "-noverify",
            "-respout",
            response
        );
        return response;
    }
}

using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Providers;
using SigningAuthority.IntegrationTests.Publication.Ocsp;
using SigningAuthority.IntegrationTests.Stations;
using SigningAuthority.IntegrationTests.Stations.Est;
using SigningAuthority.IntegrationTests.Storage;
using SigningAuthority.UnitTests.Mutations;
using Xunit;

namespace SigningAuthority.IntegrationTests.Mutations;

/// <summary>
/// Mutated bodies sent to a running front door, each of what it accepts as it was: some are accepted still, go through the queue and are
/// signed. Whatever comes, it answers soon, and never that it broke.
/// </summary>
public sealed class MutatedBodiesTests(MutatedAuthority authority) : IClassFixture<MutatedAuthority>
{
    private const int ProviderCases = 4_000;
    private const int EnrolmentCases = 3_000;
    private const int RenewalCases = 2_000;
    private const int OcspCases = 2_000;
    private const int Devices = 6;

    // An OCSPResponse that has no more than a status is an error.
    private const int ErrorOctets = 5;

    private readonly RunningAuthority _authority = authority.Running;

    [Fact]
    public async Task Mutated_CSRs_of_a_provider_are_answered_and_never_with_500()
    {
        using var key = RSA.Create(2048);
        var again = new SignedAgain(key);
        var mutations = new MutatedCases(
            MutationRun.Seed,
            SampleServerRequests.Of(key),
            der => der,
            Pem,
            der => again.Sign(der),
            der => Pem(again.Sign(der))
        );
        var desk = new ProviderDesk(_authority.Client(_authority.TelcoToken));

        await SendAsync(mutations, ProviderCases, body => desk.UploadAsync(body), IsAccepted);

        await AwaitDecisionsAsync();
    }

    [Fact]
    public async Task Mutated_EST_bodies_are_answered_and_never_with_500()
    {
        var devices = MakeDevices();
        await EnrolAsync("simpleenroll", EnrolmentCases, devices, [.. devices.SelectMany(device => SampleEnrolments.Of(device))]);
    }

    [Fact]
    public async Task Mutated_EST_bodies_that_renew_are_answered_and_never_with_500()
    {
        var devices = MakeDevices();
        var desk = new StationDesk(_authority.StationClient());
        var renewals = new List<byte[]>();
        foreach (var device in devices)
            renewals.Add(SampleEnrolments.Renewal(device, await desk.CertifyAsync(device)));

        await EnrolAsync("simplereenroll", RenewalCases, devices, renewals);
    }

    /// <summary>By POST and by GET (RFC 6960 appendix A.1), about certificates that there are: some get as far as an answer.</summary>
    [Fact]
    public async Task Mutated_OCSP_requests_are_answered_and_never_with_500()
    {
        using var client = new HttpClient { BaseAddress = _authority.PlainAddress };
        var mutations = new MutatedCases(MutationRun.Seed, await AskAfterIssuedAsync(new OcspClient(client)));

        await SendAsync(mutations, OcspCases, body => new OcspClient(client).PostAsync(body, "ocsp/client"), IsSigned);
        await SendAsync(
            mutations,
            OcspCases,
            body => client.AskAsync("ocsp/client/" + Uri.EscapeDataString(Convert.ToBase64String(body))),
            IsSigned
        );
    }

    private async Task EnrolAsync(string path, int cases, IReadOnlyList<FactoryDevice> devices, IReadOnlyList<byte[]> originals)
    {
        var again = new SignedAgain([.. devices.Select(device => device.Key)]);
        var mutations = new MutatedCases(
            MutationRun.Seed,
            originals,
            SampleEnrolments.Base64,
            der => SampleEnrolments.Base64(again.Sign(der))
        );
        var client = _authority.StationClient();

        await SendAsync(
            mutations,
            cases,
            body =>
            {
                var content = new ByteArrayContent(body);
                content.Headers.ContentType = new MediaTypeHeaderValue("application/pkcs10");
                return client.AskAsync(HttpMethod.Post, EstDesk.Root + path, content);
            },
            IsAccepted
        );

        await AwaitDecisionsAsync();
    }

    private async Task SendAsync(MutatedCases mutations, int cases, Func<byte[], Task<Answer>> sendAsync, Func<Answer, bool> isAccepted)
    {
        var accepted = await SendMutations.RunAsync(mutations, cases, sendAsync, isAccepted);

        // About one in seven is sent as it was, and of those of devices one in eight or more can't be refused.
        Assert.True(accepted >= cases / 200, $"Only {accepted} of {cases} got beyond the door's first looks.");
        Assert.True(await HttpProbe.IsOkAsync(new Uri(_authority.PlainAddress, "health/live")));
    }

    /// <summary>What was accepted is signed, or refused by the key room: it never gives one up.</summary>
    private async Task AwaitDecisionsAsync()
    {
        var everything = _authority.Postgres.Connect(PostgresCluster.Superuser, _authority.Database);
        await Eventually.TrueAsync(
            () => everything.ScalarAsync<bool>("select not exists (select from sa.signing_request where state in ('Queued', 'Signing'))"),
            "all that was accepted to be decided"
        );
        Assert.Equal(0, await everything.ScalarAsync<long>("select count(*) from sa.signing_request where state = 'Failed'"));
    }

    /// <summary>
    /// As openssl asks, once the key room has a responder: with a nonce and without, by either hash, about several, about what was never
    /// issued.
    /// </summary>
    private async Task<IReadOnlyList<byte[]>> AskAfterIssuedAsync(OcspClient client)
    {
        var stem = Path.Combine(_authority.Scratch, Guid.NewGuid().ToString("N"));
        var (root, one, other) = (stem + ".root", stem + ".1.crt", stem + ".2.crt");
        await File.WriteAllTextAsync(root, await _authority.RootPemAsync("client"));
        var desk = new StationDesk(_authority.StationClient());
        foreach (var file in (string[])[one, other])
            await File.WriteAllTextAsync(file, await desk.CertifyAsync(FactoryDevice.Make()));
        using var issuer = X509CertificateLoader.LoadCertificateFromFile(root);
        using var leaf = X509CertificateLoader.LoadCertificateFromFile(one);
        Assert.Equal("good", await client.AskAsync(Asked.Of("client", issuer, leaf)));

        var requests = new List<byte[]>();
        foreach (
            var arguments in (string[][])
                [
                    ["-cert", one],
                    ["-no_nonce", "-cert", one],
                    ["-no_nonce", "-sha256", "-cert", other],
                    ["-cert", one, "-cert", other],
                    ["-no_nonce", "-serial", "0x4100000000000000000000000000CAFE"],
                ]
        )
        {
            await OpenSsl.RunAsync(["ocsp", "-issuer", root, .. arguments, "-reqout", stem + ".request"]);
            requests.Add(await File.ReadAllBytesAsync(stem + ".request"));
        }

        return requests;
    }

    private static List<FactoryDevice> MakeDevices() => [.. Enumerable.Range(0, Devices).Select(_ => FactoryDevice.Make())];

    private static bool IsAccepted(Answer answer) => answer.Status is HttpStatusCode.OK or HttpStatusCode.Accepted;

    private static bool IsSigned(Answer answer) => answer.Status == HttpStatusCode.OK && answer.Body.Length > ErrorOctets;

    private static byte[] Pem(byte[] der) => Encoding.ASCII.GetBytes(InMemoryRequest.ToPem(der));
}

using System.Net;
using System.Net.Sockets;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.Outreach;
using SigningAuthority.Outreach.Http;
using SigningAuthority.Outreach.Names;
using SigningAuthority.Resolution;
using SigningAuthority.Storage.Names;
using Xunit;

namespace SigningAuthority.IntegrationTests.Names;

/// <summary>What keeps a call from going where a provider must not send us. In this process, against a real web server and name servers.</summary>
public sealed class GuardedHttpTests : IAsyncLifetime
{
    private const string Host = "guarded.info";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Zone _zone = new();
    private ProvidersWebServer _web = null!;

    public async Task InitializeAsync()
    {
        await _zone.SetAddressAsync(Host, "127.0.0.1");
        _web = await ProvidersWebServer.StartAsync();
        await _web.ServeAsync(Host, "/hello", "hello");
    }

    public async Task DisposeAsync()
    {
        await _web.DisposeAsync();
        await _zone.DisposeAsync();
    }

    [Fact]
    public async Task By_default_no_address_of_our_own_networks_is_called()
    {
        Assert.Equal("address-not-public", await RefusalAsync(Http(), $"http://{Host}:{_web.Port}/hello"));
        var challenge = Challenge(ProofMethod.Http);
        await _web.ServeAsync(Host, challenge.Path, challenge.Value);
        var look = new LookForProof(new Resolver([_zone.EndPoint]), Http(), Settings(_zone.EndPoint));
        Assert.Equal("address-not-public", (await look.RunAsync(challenge, CancellationToken.None)).Code);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("2130706433")] // the same, as one number
    [InlineData("0x7f.1")]
    [InlineData("[::1]")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("[64:ff9b::7f00:1]")]
    [InlineData("169.254.169.254")]
    [InlineData("0.0.0.0")]
    public async Task An_address_in_the_url_is_judged_as_one_from_a_name(string host) =>
        Assert.Equal("address-not-public", await RefusalAsync(Http(), $"http://{host}:{_web.Port}/hello"));

    [Fact]
    public async Task What_is_allowed_is_called_and_answers_as_it_came()
    {
        var http = Http("127.0.0.0/8");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{Host}:{_web.Port}/hello");
        var answer = await http.SendAsync(request, 5, Patience, CancellationToken.None);
        Assert.Equal(
            (200, "hello", "127.0.0.1"),
            (answer.Status, System.Text.Encoding.UTF8.GetString(answer.Body), answer.Address.ToString())
        );
        Assert.Equal("answer-too-large", await RefusalAsync(http, $"http://{Host}:{_web.Port}/hello", largest: 4));
    }

    [Fact]
    public async Task A_certificate_for_nobody_we_know_is_not_accepted()
    {
        await using var tls = await SelfSigned.ListenAsync();
        Assert.Equal("tls-failed", await RefusalAsync(Http("127.0.0.0/8"), $"https://{Host}:{tls.Port}/"));
    }

    [Fact]
    public async Task What_is_not_http_is_told_apart()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answering = AnswerAsync(listener, "SSH-2.0-OpenSSH_9.2\r\n\r\n");
        Assert.Equal(
            "answer-broken",
            await RefusalAsync(Http("127.0.0.0/8"), $"http://{Host}:{((IPEndPoint)listener.LocalEndpoint).Port}/")
        );
        await answering;
    }

    [Fact]
    public async Task Headers_without_end_are_cut_off()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answering = AnswerAsync(
            listener,
            "HTTP/1.1 200 OK\r\n" + string.Concat(Enumerable.Repeat($"X: {new string('x', 1000)}\r\n", 64)) + "\r\n"
        );
        Assert.Equal(
            "answer-broken",
            await RefusalAsync(Http("127.0.0.0/8"), $"http://{Host}:{((IPEndPoint)listener.LocalEndpoint).Port}/")
        );
        await answering;
    }

    [Fact]
    public async Task A_name_that_changes_its_address_after_it_was_judged_is_called_at_the_judged_one()
    {
        // Answers 127.0.0.1 first, then 127.0.0.2, which is not allowed and has a server of its own on the same port.
        using var name = new ChangingName("127.0.0.1", "127.0.0.2");
        using var inside = new TcpListener(IPAddress.Parse("127.0.0.2"), _web.Port);
        inside.Start();
        var settings = Settings(name.EndPoint, "127.0.0.1/32");
        var http = new GuardedHttp(new CallableAddresses(new Resolver([name.EndPoint]), settings));

        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{Host}:{_web.Port}/hello");
        var answer = await http.SendAsync(request, 100, Patience, CancellationToken.None);

        Assert.Equal("127.0.0.1", answer.Address.ToString());
        Assert.Equal(1, name.AddressQuestions);
        Assert.Equal("address-not-public", await RefusalAsync(http, $"http://{Host}:{_web.Port}/hello"));
        Assert.False(inside.Pending());
    }

    [Fact]
    public async Task A_name_with_one_forbidden_address_among_others_is_not_called_at_all()
    {
        using var name = new ChangingName("127.0.0.1", "127.0.0.1") { Beside = "10.0.0.1" };
        var http = new GuardedHttp(new CallableAddresses(new Resolver([name.EndPoint]), Settings(name.EndPoint, "127.0.0.0/8")));
        Assert.Equal("address-not-public", await RefusalAsync(http, $"http://{Host}:{_web.Port}/hello"));
    }

    private GuardedHttp Http(params string[] allowed) =>
        new(new CallableAddresses(new Resolver([_zone.EndPoint]), Settings(_zone.EndPoint, allowed)));

    private OutreachSettings Settings(IPEndPoint resolver, params string[] allowed) =>
        new("test", null, "", [resolver], [.. allowed.Select(IPNetwork.Parse)], _web.Port);

    private static async Task<string> RefusalAsync(GuardedHttp http, string url, int largest = 1000)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        var refusal = await Assert.ThrowsAsync<CallRefusedException>(() =>
            http.SendAsync(request, largest, Patience, CancellationToken.None)
        );
        return refusal.Code;
    }

    private static async Task AnswerAsync(TcpListener listener, string text)
    {
        using var connection = await listener.AcceptTcpClientAsync();
        _ = await connection.GetStream().ReadAsync(new byte[1000]);
        try
        {
            await connection.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(text));
        }
        catch (IOException)
        {
            // Cut off in the middle, as it should be.
        }
    }

    private static NameChallenge Challenge(ProofMethod method) =>
        new()
        {
            Id = Guid.NewGuid(),
            ProviderId = Guid.NewGuid(),
            Name = Host,
            IncludeSubdomains = false,
            Method = method,
            Token = new byte[NameChallenge.TokenOctets],
            CreatedBy = "provider/x",
            ExpiresAt = DateTimeOffset.MaxValue,
        };
}

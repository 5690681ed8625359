using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace SigningAuthority.Outreach.Http;

/// <param name="Status">As it came: 301 is an answer like any other and is not followed.</param>
/// <param name="Body">At most as many octets as the call allowed.</param>
/// <param name="Address">The address that was connected to.</param>
internal sealed record GuardedAnswer(int Status, byte[] Body, IPAddress Address);

/// <summary>
/// HTTP to servers that a provider chose. The name is resolved here, once, and the connection goes to the very address that was
/// judged, so that no second answer of a name server (DNS rebinding) can lead elsewhere; no redirects, proxies, cookies or
/// authentication; answers are bounded in size and time. TLS is verified against the host's name as usual. Thread-safe.
/// </summary>
internal sealed class GuardedHttp(CallableAddresses addresses)
{
    private const int LargestHeadersInKilobytes = 16;
    private static readonly TimeSpan ConnectTime = TimeSpan.FromSeconds(5);

    /// <param name="request">Its URI is absolute, http or https; its Host header is the URI's.</param>
    /// <param name="largestBody">Octets; a longer answer is refused.</param>
    /// <param name="patience">For everything, from the first question to the last octet.</param>
    /// <exception cref="CallRefusedException">There is no whole answer.</exception>
    public async Task<GuardedAnswer> SendAsync(
        HttpRequestMessage request,
        int largestBody,
        TimeSpan patience,
        CancellationToken cancellation
    )
    {
        var uri = request.RequestUri ?? throw new ArgumentException("A call needs an address.", nameof(request));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(patience);
        try
        {
            var candidates = await addresses.FindAsync(uri.IdnHost.Trim('[', ']'), limit.Token);
            return await SendAsync(request, candidates, largestBody, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new CallRefusedException("answer-too-slow", $"{uri.Host} did not answer within {patience.TotalSeconds:0} s");
        }
    }

    private static async Task<GuardedAnswer> SendAsync(
        HttpRequestMessage request,
        IReadOnlyList<IPAddress> candidates,
        int largestBody,
        CancellationToken cancellation
    )
    {
        IPAddress? connected = null;
        using var handler = Handler(
            async (context, token) =>
            {
                var socket = await ConnectAsync(candidates, context.DnsEndPoint.Port, token);
                connected = ((IPEndPoint)socket.RemoteEndPoint!).Address;
                return new NetworkStream(socket, ownsSocket: true);
            }
        );
        using var client = new HttpMessageInvoker(handler);
        try
        {
            using var response = await client.SendAsync(request, cancellation);
            var body = await ReadAsync(response.Content, largestBody, cancellation);
            return new GuardedAnswer((int)response.StatusCode, body, connected ?? IPAddress.None);
        }
        catch (HttpRequestException failure) when (failure.InnerException is CallRefusedException refusal)
        {
            throw new CallRefusedException(refusal.Code, refusal.Message);
        }
        catch (HttpRequestException failure) when (failure.InnerException is AuthenticationException untrusted)
        {
            throw new CallRefusedException("tls-failed", $"{request.RequestUri!.Host}: {untrusted.Message}");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            throw new CallRefusedException("answer-broken", $"{request.RequestUri!.Host} answered with something that is not HTTP");
        }
    }

    // One handler a call: no connection outlives the judgement of its address.
    private static SocketsHttpHandler Handler(Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> connect) =>
        new()
        {
            ConnectCallback = connect,
            ConnectTimeout = ConnectTime,
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            Credentials = null,
            PreAuthenticate = false,
            AutomaticDecompression = DecompressionMethods.None,
            MaxResponseHeadersLength = LargestHeadersInKilobytes,
            MaxResponseDrainSize = 0,
            ActivityHeadersPropagator = null,
            SslOptions = new SslClientAuthenticationOptions { CertificateRevocationCheckMode = X509RevocationMode.NoCheck },
        };

    private static async Task<Socket> ConnectAsync(IReadOnlyList<IPAddress> candidates, int port, CancellationToken cancellation)
    {
        SocketException? last = null;
        foreach (var address in candidates)
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address, port), cancellation);
                return socket;
            }
            catch (SocketException failure)
            {
                socket.Dispose();
                last = failure;
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        throw new CallRefusedException("connect-failed", $"{string.Join(", ", candidates)} port {port}: {last?.Message}");
    }

    private static async Task<byte[]> ReadAsync(HttpContent content, int largest, CancellationToken cancellation)
    {
        // One octet more than allowed tells a longer body, whatever Content-Length says.
        var body = new byte[largest + 1];
        await using var stream = await content.ReadAsStreamAsync(cancellation);
        var length = await stream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancellation);
        return length <= largest
            ? body[..length]
            : throw new CallRefusedException("answer-too-large", $"the answer is longer than {largest} octets");
    }
}

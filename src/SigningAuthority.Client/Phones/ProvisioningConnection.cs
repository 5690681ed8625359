using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using SigningAuthority.Client.CommandLine;

namespace SigningAuthority.Client.Phones;

/// <summary>The way to a provisioning server: one socket, TLS above it, one file over that.</summary>
internal static class ProvisioningConnection
{
    private const int LargestFile = 16 * 1024 * 1024;
    private static readonly TimeSpan ConnectTime = TimeSpan.FromSeconds(10);

    /// <summary>Connects to where we are told, or to the first of the host's addresses that answers.</summary>
    /// <exception cref="WorldFaultException">name-not-resolved, not-reachable.</exception>
    public static async Task<Socket> OpenAsync(
        ProvisioningAddress address,
        IPEndPoint? connect,
        IReadOnlyList<IPAddress> addresses,
        CancellationToken cancellation
    )
    {
        var targets = connect is { } given ? [given] : addresses.Select(found => new IPEndPoint(found, address.Url.Port)).ToList();
        var failure = $"{address.Host} has no A record";
        foreach (var target in targets)
        {
            var socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(ConnectTime);
            try
            {
                await socket.ConnectAsync(target, limit.Token);
                return socket;
            }
            catch (Exception unreachable)
                when (unreachable is SocketException || (unreachable is OperationCanceledException && !cancellation.IsCancellationRequested)
                )
            {
                socket.Dispose();
                failure = $"{target}: {(unreachable is SocketException ? unreachable.Message : "no answer")}";
            }
        }

        throw new WorldFaultException(targets.Count == 0 ? "name-not-resolved" : "not-reachable", failure);
    }

    /// <summary>Asks over TLS that is already spoken, and follows nothing.</summary>
    /// <exception cref="WorldFaultException">no-answer.</exception>
    public static async Task<HttpResponseMessage> GetAsync(SslStream tls, Uri url, CancellationToken cancellation)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ConnectCallback = (_, _) => ValueTask.FromResult<Stream>(tls),
        };
        using var http = new HttpClient(handler) { MaxResponseContentBufferSize = LargestFile };
        // "http" because TLS is already spoken below; the Host header is that of the real address.
        using var request = new HttpRequestMessage(HttpMethod.Get, new UriBuilder(url) { Scheme = Uri.UriSchemeHttp, Port = url.Port }.Uri);
        request.Headers.Host = url.IsDefaultPort ? url.IdnHost : $"{url.IdnHost}:{url.Port}";
        request.Headers.UserAgent.ParseAdd($"signctl-phone/{SignctlCommand.Version.Split('+')[0]}");
        request.Headers.ConnectionClose = true;
        try
        {
            return await http.SendAsync(request, HttpCompletionOption.ResponseContentRead, cancellation);
        }
        catch (HttpRequestException failure)
        {
            throw new WorldFaultException("no-answer", $"{url}: {PlainText.Of(failure.InnerException?.Message ?? failure.Message)}");
        }
    }
}

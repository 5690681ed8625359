using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SigningAuthority.Client.CommandLine;

namespace SigningAuthority.Client.Connections;

/// <summary>HTTPS to the service, as a provider or an officer (bearer token) or as a station (client certificate). Never follows a redirect.</summary>
internal sealed class ServiceConnection : IDisposable
{
    // Of what is read whole, unpacked: nobody fills our memory.
    private const long LargestAnswer = 64 << 20;

    private readonly HttpClient _http;

    private ServiceConnection(ServiceAddress address, X509Certificate2? station, string? token, long largestAnswer = LargestAnswer)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            // The log's entries come smaller by far (C2SP tlog-tiles, "Log entries").
            AutomaticDecompression = DecompressionMethods.GZip,
        };
        if (address.CaCertificateFile is { } file)
            handler.SslOptions.CertificateChainPolicy = TrustOnly(file);
        if (station is not null)
            handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => station;

        _http = new HttpClient(handler)
        {
            BaseAddress = address.Url,
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = largestAnswer,
            // HTTP/2 answers a batch's first lines while its last ones are still being sent; HTTP/1.1 could block both sides.
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("signctl", SignctlCommand.Version.Split('+')[0]));
        if (token is not null)
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <param name="largestAnswer">In octets, unpacked.</param>
    public static ServiceConnection ForBearer(ServiceAddress address, string token, long largestAnswer = LargestAnswer) =>
        token.All(character => character is > ' ' and <= '~')
            ? new ServiceConnection(address, station: null, token, largestAnswer)
            : throw new InvalidInputException("the token holds blanks or other characters that no token has.");

    /// <summary>For what is published to everybody.</summary>
    /// <param name="largestAnswer">In octets, unpacked.</param>
    public static ServiceConnection ForAnybody(ServiceAddress address, long largestAnswer = LargestAnswer) =>
        new(address, station: null, token: null, largestAnswer);

    public static ServiceConnection ForStation(ServiceAddress address, X509Certificate2 certificate) =>
        new(address, certificate, token: null);

    public async Task<ServiceReply> GetAsync(string path, TimeSpan patience, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        return await SendAsync(request, patience, cancellation);
    }

    /// <summary>Sends and reads the whole answer.</summary>
    /// <exception cref="WorldFaultException">
    /// No answer within <paramref name="patience"/>, no connection that can be trusted, or an answer that is too large.
    /// </exception>
    public async Task<ServiceReply> SendAsync(HttpRequestMessage request, TimeSpan patience, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(patience);
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseContentRead, limit.Token);
            return await ServiceReply.ReadAsync(response, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new WorldFaultException("no-answer", $"{_http.BaseAddress} did not answer within {patience.TotalSeconds:0} s.");
        }
        catch (HttpRequestException failure) when (failure.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            throw new WorldFaultException(
                WorldFaultException.AnswerTooLarge,
                $"{_http.BaseAddress}: the answer is larger than {_http.MaxResponseContentBufferSize} octets."
            );
        }
        catch (HttpRequestException failure)
        {
            throw NotReachable(failure);
        }
    }

    /// <summary>Sends and returns as soon as the answer's head is there; the caller reads the body as it comes, and disposes.</summary>
    public async Task<HttpResponseMessage> OpenAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        }
        catch (HttpRequestException failure)
        {
            throw NotReachable(failure);
        }
    }

    public void Dispose() => _http.Dispose();

    private WorldFaultException NotReachable(HttpRequestException failure) =>
        new("not-reachable", $"{_http.BaseAddress}: {PlainText.Of(failure.InnerException?.Message ?? failure.Message)}");

    private static X509ChainPolicy TrustOnly(string file)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        try
        {
            policy.CustomTrustStore.ImportFromPemFile(file);
        }
        catch (CryptographicException)
        {
            throw new InvalidInputException($"{file} holds no PEM certificate that can be read.");
        }

        return policy.CustomTrustStore.Count > 0 ? policy : throw new InvalidInputException($"{file} holds no PEM certificate.");
    }
}

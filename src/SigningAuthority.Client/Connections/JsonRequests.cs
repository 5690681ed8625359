using System.Net.Http.Headers;
using System.Text.Json;

namespace SigningAuthority.Client.Connections;

internal static class JsonRequests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static async Task<ServiceReply> PostJsonAsync<TBody>(
        this ServiceConnection service,
        string path,
        TBody body,
        CancellationToken cancellation
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, JsonSerializerOptions.Web));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return await service.SendAsync(request, Patience, cancellation);
    }

    /// <summary>A call that needs no body.</summary>
    public static async Task<ServiceReply> CallAsync(
        this ServiceConnection service,
        HttpMethod method,
        string path,
        CancellationToken cancellation
    )
    {
        using var request = new HttpRequestMessage(method, path);
        return await service.SendAsync(request, Patience, cancellation);
    }
}

using System.Net;
using System.Text;
using System.Text.Json;
using SigningAuthority.Client.CommandLine;

namespace SigningAuthority.Client.Connections;

/// <summary>The service's answer. Either <see cref="Problem"/> is null and the status is 2xx, or it says what was wrong.</summary>
internal sealed record ServiceReply(HttpStatusCode Status, byte[] Body, ProblemReport? Problem)
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public string Text => Encoding.UTF8.GetString(Body);

    public static async Task<ServiceReply> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var body = await response.Content.ReadAsByteArrayAsync(cancellation);
        var problem = response.IsSuccessStatusCode
            ? null
            : ProblemReport.Read(response.StatusCode, response.Content.Headers.ContentType?.MediaType, body);
        return new ServiceReply(response.StatusCode, body, problem);
    }

    /// <exception cref="WorldFaultException">The body is not what this version of signctl understands.</exception>
    public T Parse<T>()
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(Body, Json) ?? throw Unreadable();
        }
        catch (JsonException)
        {
            throw Unreadable();
        }
    }

    private WorldFaultException Unreadable() => new("unreadable-answer", $"HTTP {(int)Status} came with a body that can't be read.");
}

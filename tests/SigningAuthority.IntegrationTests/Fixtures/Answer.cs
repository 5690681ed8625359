using System.Net;
using System.Text;
using System.Text.Json;

namespace SigningAuthority.IntegrationTests.Fixtures;

/// <summary>An answer of the front door, read to its end.</summary>
internal sealed record Answer(HttpStatusCode Status, string? MediaType, string? Location, string? ETag, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Body);

    /// <summary>Seconds until it makes sense to ask again.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>Codes of the violations in a problem document.</summary>
    public IReadOnlyList<string> ViolationCodes => [.. Violations.Select(violation => violation.GetProperty("code").GetString()!)];

    public IReadOnlyList<JsonElement> Violations =>
        Json.TryGetProperty("violations", out var violations) ? [.. violations.EnumerateArray()] : [];

    public string Member(string name) => Json.GetProperty(name).ToString();

    public override string ToString() => $"{(int)Status} {MediaType}\n{Text}";
}

internal static class Asking
{
    public static async Task<Answer> AskAsync(
        this HttpClient client,
        HttpMethod method,
        string path,
        HttpContent? content = null,
        params (string Name, string Value)[] headers
    )
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await client.SendAsync(request);
        return new Answer(
            response.StatusCode,
            response.Content.Headers.ContentType?.MediaType,
            response.Headers.Location?.OriginalString,
            response.Headers.ETag?.ToString(),
            await response.Content.ReadAsByteArrayAsync()
        )
        {
            RetryAfter = (int?)response.Headers.RetryAfter?.Delta?.TotalSeconds,
        };
    }

    public static Task<Answer> AskAsync(this HttpClient client, string path, params (string Name, string Value)[] headers) =>
        client.AskAsync(HttpMethod.Get, path, null, headers);
}

using System.Text.Json;

namespace SigningAuthority.IntegrationTests.Fixtures;

/// <summary>Reads the log as an auditor does, over HTTP.</summary>
internal sealed class IssuanceLogReader(RunningAuthority authority)
{
    public const string Path = "api/v1/audit/entries";

    private readonly HttpClient _auditor = authority.Client(authority.AuditorToken);

    /// <summary>A query's "from" for what happens after this moment.</summary>
    public static string FromNow() => "from=" + DateTimeOffset.UtcNow.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ");

    /// <summary>One page, as the query asks for it: "mac=000E08ABCDEF&amp;limit=10".</summary>
    public async Task<IReadOnlyList<JsonElement>> PageAsync(string query)
    {
        var answer = await _auditor.AskAsync($"{Path}?{query}");
        return answer.MediaType == "application/json"
            ? [.. answer.Json.GetProperty("entries").EnumerateArray()]
            : throw new InvalidOperationException(answer.ToString());
    }

    /// <summary>The entries that the query finds, once there are as many: an entry is shown when the log lane has sealed it.</summary>
    public async Task<IReadOnlyList<JsonElement>> AwaitAsync(string query, int atLeast)
    {
        IReadOnlyList<JsonElement> entries = [];
        await Eventually.TrueAsync(
            async () => (entries = await PageAsync(query + "&limit=1000")).Count >= atLeast,
            $"{atLeast} entries of {query}; there are {entries.Count}"
        );
        return entries;
    }
}

using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using SigningAuthority.IntegrationTests.Fixtures;

namespace SigningAuthority.IntegrationTests.Stations;

/// <summary>What a factory station does at the front door.</summary>
internal sealed class StationDesk(HttpClient client)
{
    public const string DevicesPath = "api/v1/station/devices";
    public const string BatchesPath = "api/v1/station/batches";
    public const string ReservationsPath = "api/v1/station/reservations";

    public Task<Answer> SubmitAsync(object submission) => client.AskAsync(HttpMethod.Post, DevicesPath, JsonContent.Create(submission));

    /// <summary>Units of an order held for the station, with addresses and labels if they are to be assigned.</summary>
    public Task<Answer> ReserveAsync(string key, string order, int units, bool assign = false) =>
        client.AskAsync(
            HttpMethod.Post,
            ReservationsPath,
            JsonContent.Create(
                new
                {
                    key,
                    order,
                    units,
                    assign,
                    product = "SPA962",
                }
            )
        );

    public Task<Answer> ReleaseAsync(string key) => client.AskAsync(HttpMethod.Delete, $"{ReservationsPath}/{key}");

    /// <summary>The certificate of a unit that the line has not seen yet, PEM.</summary>
    public async Task<string> CertifyAsync(FactoryDevice device)
    {
        var answer = await SubmitAsync(device.Submission);
        return answer.Status == System.Net.HttpStatusCode.Created
            ? answer.Member("certificate")
            : throw new InvalidOperationException(answer.ToString());
    }

    /// <summary>The production orders that the station may draw from.</summary>
    public async Task<IReadOnlyList<JsonElement>> OrdersAsync() =>
        [.. (await client.AskAsync("api/v1/station/orders")).Json.EnumerateArray()];

    /// <summary>The answers to all lines, in the order in which they came.</summary>
    public async Task<IReadOnlyList<JsonElement>> BatchAsync(IEnumerable<string> lines)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        var answer = await client.AskAsync(HttpMethod.Post, BatchesPath, content);
        return answer.MediaType == "application/x-ndjson"
            ?
            [
                .. answer
                    .Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                    .Select(line => JsonSerializer.Deserialize<JsonElement>(line)),
            ]
            : throw new InvalidOperationException(answer.ToString());
    }
}

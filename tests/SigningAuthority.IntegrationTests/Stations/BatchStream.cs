using System.Net;
using SigningAuthority.IntegrationTests.Fixtures;

namespace SigningAuthority.IntegrationTests.Stations;

/// <summary>A batch in flight: its answers are read as the test wants them.</summary>
internal sealed class BatchStream : IDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly StreamReader _answers;

    private BatchStream(HttpResponseMessage response, Stream answers) => (_response, _answers) = (response, new StreamReader(answers));

    public static async Task<BatchStream> OpenAsync(HttpClient client, HttpContent lines)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, StationDesk.BatchesPath)
        {
            Content = lines,
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return new BatchStream(response.EnsureSuccessStatusCode(), await response.Content.ReadAsStreamAsync());
    }

    /// <summary>The next answers as they stand on the wire; fewer at the stream's end.</summary>
    public async Task<IReadOnlyList<string>> ReadAsync(int most = int.MaxValue)
    {
        var lines = new List<string>();
        while (lines.Count < most && await _answers.ReadLineAsync().WaitAsync(Eventually.Patience) is { } line)
            lines.Add(line);
        return lines;
    }

    /// <summary>The connection's stream is reset, in whatever state it is.</summary>
    public void Dispose()
    {
        _response.Dispose();
        _answers.Dispose();
    }
}

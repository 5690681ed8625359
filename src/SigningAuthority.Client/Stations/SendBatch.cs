using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Client.Connections;
using SigningAuthority.Issuance.Policy;

namespace SigningAuthority.Client.Stations;

/// <summary>Streams a file of devices to the service and its answers to another file, both at once.</summary>
internal sealed class SendBatch(ServiceConnection service)
{
    // A line holds one certificate and its names; the service keeps the stream moving while it has work.
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(2);

    public async Task<BatchResult> RunAsync(string source, string target, Action<long, long> count, CancellationToken cancellation)
    {
        var result = new BatchResult { Sent = File.ReadLines(source).Count(line => !string.IsNullOrWhiteSpace(line)) };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/station/batches");
        request.Content = new StreamContent(File.OpenRead(source));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        using var response = await service.OpenAsync(request, cancellation);
        if (!response.IsSuccessStatusCode)
            return result with { Problem = (await ServiceReply.ReadAsync(response, cancellation)).Problem };

        await using var output = new StreamWriter(target, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        using var answers = new StreamReader(await response.Content.ReadAsStreamAsync(cancellation), Encoding.UTF8);
        while (await NextAsync(answers, cancellation) is { } line)
        {
            if (line.Length == 0)
                continue;
            await output.WriteLineAsync(line.AsMemory(), cancellation);
            result.Count(line);
            count(result.Answered, result.Sent);
        }

        return result;
    }

    /// <summary>The next line; null at the stream's end, orderly or not: the caller counts what is missing.</summary>
    private static async Task<string?> NextAsync(StreamReader answers, CancellationToken cancellation)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        silence.CancelAfter(LongestSilence);
        try
        {
            return await answers.ReadLineAsync(silence.Token);
        }
        catch (Exception failure) when (failure is IOException or HttpRequestException)
        {
            return null;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
    }
}

/// <summary>What became of a batch.</summary>
internal sealed record BatchResult
{
    public required int Sent { get; init; }
    public int Issued { get; private set; }
    public int NotIssued { get; private set; }
    public int Answered => Issued + NotIssued;

    /// <summary>How often each refusal's code came, by code.</summary>
    public SortedDictionary<string, int> Codes { get; } = new(StringComparer.Ordinal);

    /// <summary>Set when the batch as a whole was refused.</summary>
    public ProblemReport? Problem { get; init; }

    public void Count(string line)
    {
        var answer = Read(line);
        if (answer.Status == "Issued")
        {
            Issued++;
            return;
        }

        NotIssued++;
        foreach (
            var code in (answer.Violations ?? []).Select(violation => violation.Code).DefaultIfEmpty(answer.Status ?? "unreadable-line")
        )
            Codes[code] = Codes.GetValueOrDefault(code) + 1;
    }

    private static Answer Read(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<Answer>(line, ServiceReply.Json) ?? new Answer(null, null);
        }
        catch (JsonException)
        {
            return new Answer(null, null);
        }
    }

    private sealed record Answer(string? Status, IReadOnlyList<Violation>? Violations);
}

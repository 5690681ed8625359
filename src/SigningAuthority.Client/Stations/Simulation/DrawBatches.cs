using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Client.Connections;
using SigningAuthority.Issuance.Policy;

namespace SigningAuthority.Client.Stations.Simulation;

/// <summary>Many devices a call; what a call leaves without an answer that settles it goes into the next.</summary>
internal sealed class DrawBatches(ServiceConnection service, SimulatedLine line, CheckDrawn check, LineTally tally, TimeSpan patience)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(2);

    public Task RunAsync(IEnumerable<int> units, int parallel, int batch, Action progress, CancellationToken cancellation) =>
        Parallel.ForEachAsync(
            line.MakeAheadAsync(units, cancellation).Chunk(batch),
            new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancellation },
            async (devices, stop) => await DrawAsync([.. devices], progress, stop)
        );

    private async Task DrawAsync(List<SimulatedDevice> open, Action progress, CancellationToken cancellation)
    {
        for (var began = Stopwatch.StartNew(); open.Count > 0; await Task.Delay(Pause, cancellation))
        {
            var settled = new HashSet<int>();
            try
            {
                await SendAsync(open, settled, began, progress, cancellation);
            }
            catch (Exception lost) when (IsLost(lost, cancellation))
            {
                // A line can't know what became of its batch: it sends the rest again.
            }

            open = [.. open.Where((_, place) => !settled.Contains(place))];
            if (open.Count == 0)
                return;
            if (began.Elapsed > patience)
            {
                open.ForEach(_ => tally.Refuse("no-answer"));
                return;
            }

            open.ForEach(_ => tally.SendAgain());
        }
    }

    private async Task SendAsync(
        List<SimulatedDevice> open,
        HashSet<int> settled,
        Stopwatch began,
        Action progress,
        CancellationToken cancellation
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/station/batches");
        request.Content = new ByteArrayContent(
            Encoding.UTF8.GetBytes(string.Concat(open.Select(device => JsonSerializer.Serialize(device.Request, ServiceReply.Json) + "\n")))
        );
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        using var response = await service.OpenAsync(request, cancellation);
        if (!response.IsSuccessStatusCode)
        {
            // What is refused as a whole is not sent again: it would be refused for as long as the line has patience.
            if ((await ServiceReply.ReadAsync(response, cancellation)).Problem is { ExitCode: ExitCodes.Refused } problem)
                for (var place = 0; place < open.Count; place++)
                {
                    tally.Refuse(problem.Violations is [var first, ..] ? first.Code : problem.Code ?? $"HTTP {problem.Status}");
                    settled.Add(place);
                    progress();
                }

            return;
        }

        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var answers = new StreamReader(await response.Content.ReadAsStreamAsync(cancellation), Encoding.UTF8);
        silence.CancelAfter(LongestSilence);
        while (await answers.ReadLineAsync(silence.Token) is { } text)
        {
            silence.CancelAfter(LongestSilence);
            if (JsonSerializer.Deserialize<Answer>(text, ServiceReply.Json) is { } answer && Settle(open, answer, began))
            {
                settled.Add(answer.Line - 1);
                progress();
            }
        }
    }

    private static bool IsLost(Exception failure, CancellationToken cancellation) =>
        failure is WorldFaultException or HttpRequestException or IOException or JsonException
        || (failure is OperationCanceledException && !cancellation.IsCancellationRequested);

    private bool Settle(List<SimulatedDevice> open, Answer answer, Stopwatch began)
    {
        if (answer.Line < 1 || answer.Line > open.Count || answer.Status is not ("Issued" or "Refused"))
            return false;
        if (answer.Status == "Refused")
            tally.Refuse(answer.Violations is [var first, ..] ? first.Code : "refused");
        else if (check.Find(open[answer.Line - 1], answer.ToReply()) is { } defect)
            tally.Refuse(defect);
        else
            tally.Issue(began.Elapsed);
        return true;
    }

    private sealed record Answer(
        int Line,
        string? Status,
        string? Id,
        string? SerialNumber,
        string? Sha256,
        string? Certificate,
        IReadOnlyList<Violation>? Violations
    )
    {
        public DeviceReply ToReply() => new(Id, Status, SerialNumber, Sha256, Certificate);
    }
}

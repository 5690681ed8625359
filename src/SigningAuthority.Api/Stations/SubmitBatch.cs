using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using SigningAuthority.Api.Access;
using SigningAuthority.Api.Problems;
using SigningAuthority.Api.Requests;
using SigningAuthority.Api.Stations.KeyPairs;
using SigningAuthority.Issuance.Policy;

namespace SigningAuthority.Api.Stations;

/// <summary>
/// POST /api/v1/station/batches: lines in, lines out as they are ready, in any order. A broken line fails alone. However long the batch,
/// few lines of it are here at a time (<see cref="BatchAnswers"/>): reading pauses until answers have been taken.
/// </summary>
internal sealed class SubmitBatch(
    CertifyUnit certify,
    WaitingRooms rooms,
    ExplainFailures failures,
    Hosting.ApiSettings settings,
    IHostApplicationLifetime lifetime
)
{
    public const string MediaType = "application/x-ndjson";

    public async Task<IResult> HandleAsync(HttpContext context)
    {
        var station = Caller.Of(context);
        using var place = rooms.Batches.TryEnter(station.Actor, out var hasShare);
        if (!hasShare)
            return ProblemKinds
                .RateLimited.Because(
                    "This station has as many batches at once as it may. Nothing of this one was read: send it when another is through."
                )
                .After(5);
        if (place is null)
            return ProblemKinds
                .Unavailable.Because("Too many batches run at this moment. Nothing of this one was read: send it again.")
                .After(5);

        Prepare(context);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        await using var answers = new BatchAnswers(context.Response.BodyWriter, stop);
        using var read = CancellationTokenSource.CreateLinkedTokenSource(stop.Token, lifetime.ApplicationStopping);
        var source = SourceAddress.Of(context);
        try
        {
            read.CancelAfter(settings.BatchIdle);
            await foreach (var line in NdjsonLines.ReadAsync(context.Request.BodyReader, read.Token))
            {
                // While we have no place for a line it is not the station that pauses.
                read.CancelAfter(Timeout.InfiniteTimeSpan);
                await answers.PlaceAsync(read.Token);
                answers.Add(Task.Run(() => AnswerAsync(station, line, source, stop.Token), CancellationToken.None));
                read.CancelAfter(settings.BatchIdle);
            }
        }
        catch (BadHttpRequestException exception)
        {
            await CutAsync(answers, ReadBody.Explain(exception), stop.Token);
        }
        catch (OperationCanceledException)
            when (read.IsCancellationRequested && !stop.IsCancellationRequested && !lifetime.ApplicationStopping.IsCancellationRequested)
        {
            await CutAsync(
                answers,
                EnvelopeRules.BatchIdle.BrokenBy(
                    "batch",
                    $"a line within {settings.BatchIdle.TotalSeconds:0} s of the one before",
                    "nothing",
                    "The batch paused for too long and has ended.",
                    "send the other lines in another batch, when they are there"
                ),
                stop.Token
            );
        }
        catch (OperationCanceledException) when (read.IsCancellationRequested)
        {
            // Nobody reads any more, or this process stops. What was submitted is signed nevertheless and waits for whoever asks again.
        }

        await answers.FinishAsync();
        return Results.Empty;
    }

    /// <summary>What was read before is answered; what is missing is said in a line of its own.</summary>
    private static async Task CutAsync(BatchAnswers answers, Violation defect, CancellationToken cancellation)
    {
        var cut = DeviceSubmission.Unreadable(defect);
        await answers.PlaceAsync(cancellation);
        answers.Add(
            Task.FromResult<BatchAnswer?>(
                BatchAnswer.Of(0, cut, new CertifiedDevice(null, null, ProblemKinds.Malformed, cut.Violations, false))
            )
        );
    }

    private static void Prepare(HttpContext context)
    {
        // A batch may be of any length and as slow as the line that makes the devices.
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = null;
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } requestRate)
            requestRate.MinDataRate = null;
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } responseRate)
            responseRate.MinDataRate = null;
        context.Response.ContentType = MediaType;
        context.Response.Headers["X-Accel-Buffering"] = "no";
    }

    /// <returns>Null when nobody is there to be answered.</returns>
    private async Task<BatchAnswer?> AnswerAsync(Caller station, ReceivedLine line, string? source, CancellationToken cancellation)
    {
        var submission = line.Octets is { } octets
            ? DeviceSubmission.Read(octets)
            : DeviceSubmission.Unreadable(
                EnvelopeRules.LineTooLong.BrokenBy(
                    "line",
                    $"at most {NdjsonLines.LongestLine} octets",
                    "more",
                    "The line is too long for one device.",
                    "send one JSON object a line"
                )
            );
        try
        {
            return BatchAnswer.Of(line.Number, submission, await certify.RunAsync(station, submission, source, cancellation));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception exception)
        {
            return BatchAnswer.OfFault(line.Number, submission, failures.Explain(exception).Problem);
        }
    }
}

using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using SigningAuthority.Api.Access;
using SigningAuthority.Api.Problems;
using SigningAuthority.Api.Requests;
using SigningAuthority.Api.Stations.KeyPairs;

namespace SigningAuthority.Api.Stations;

/// <summary>
/// POST /api/v1/station/batches: lines in, lines out as they are ready, in any order. A broken line fails alone. However long the batch,
/// few lines of it are here at a time (<see cref="BatchAnswers"/>): reading pauses until answers have been taken.
/// </summary>
internal sealed class SubmitBatch(CertifyUnit certify, WaitingRooms rooms, ExplainFailures failures, IHostApplicationLifetime lifetime)
{
    public const string MediaType = "application/x-ndjson";

    public async Task<IResult> HandleAsync(HttpContext context)
    {
        var station = Caller.Of(context);
        using var place = rooms.Batches.TryEnter();
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
            await foreach (var line in NdjsonLines.ReadAsync(context.Request.BodyReader, read.Token))
            {
                await answers.PlaceAsync(read.Token);
                answers.Add(Task.Run(() => AnswerAsync(station, line, source, stop.Token), CancellationToken.None));
            }
        }
        catch (BadHttpRequestException exception)
        {
            // What was read before is answered; what is missing is said in a line of its own.
            var cut = DeviceSubmission.Unreadable(ReadBody.Explain(exception));
            await answers.PlaceAsync(stop.Token);
            answers.Add(
                Task.FromResult<BatchAnswer?>(
                    BatchAnswer.Of(0, cut, new CertifiedDevice(null, null, ProblemKinds.Malformed, cut.Violations, false))
                )
            );
        }
        catch (OperationCanceledException) when (read.IsCancellationRequested)
        {
            // Nobody reads any more, or this process stops. What was submitted is signed nevertheless and waits for whoever asks again.
        }

        await answers.FinishAsync();
        return Results.Empty;
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

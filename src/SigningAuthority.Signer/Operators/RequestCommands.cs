using System.CommandLine;
using Microsoft.Extensions.Configuration;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Signer.Operators;

internal static class RequestCommands
{
    public static Command Create(IConfiguration settings)
    {
        var state = new Option<RequestState>("--state")
        {
            Description = "Failed, Queued, Signing, Issued, Refused.",
            DefaultValueFactory = _ => RequestState.Failed,
        };
        var limit = new Option<int>("--limit") { DefaultValueFactory = _ => 50, Description = "At most so many, the newest first." };
        var list = new Command("list", "Lists requests in a state.\n\nExample:\n  operator request list --state Failed") { state, limit };
        list.SetAction(
            (parsed, cancellation) =>
                OperatorSession.RunAsync(
                    settings,
                    async session =>
                    {
                        foreach (
                            var request in await new SigningRequestQueries(session.Database).ListAsync(
                                parsed.GetValue(state),
                                Math.Clamp(parsed.GetValue(limit), 1, 10_000),
                                cancellation
                            )
                        )
                            Console.WriteLine(
                                $"{request.Id} {request.Kind} {request.Fqdn ?? request.Mac ?? request.Note} {request.State} attempts {request.Attempts} {request.Failure}"
                            );
                    }
                )
        );

        var id = new Argument<Guid>("id");
        var reason = new Option<string>("--reason")
        {
            Description = "Goes into the log.",
            DefaultValueFactory = _ => "retried by the operator",
        };
        var retry = new Command(
            "retry",
            "Puts a failed request back into the queue, with all its attempts.\n\nExample:\n  operator request retry 0199… --reason \"token was replaced\""
        )
        {
            id,
            reason,
        };
        retry.SetAction(
            (parsed, cancellation) =>
                OperatorSession.RunAsync(
                    settings,
                    async session =>
                    {
                        var outcome = await new RetryFailedRequest(session.Database).RunAsync(
                            new SigningRequestId(parsed.GetValue(id)),
                            parsed.GetRequiredValue(reason),
                            session.Actor,
                            cancellation
                        );
                        Console.WriteLine(
                            outcome switch
                            {
                                RetryOutcome.Retried => "Queued again.",
                                RetryOutcome.Superseded => throw new OperatorException(
                                    "The device asked again in the meantime; that request stands."
                                ),
                                RetryOutcome.Exhausted => throw new OperatorException(
                                    "All units of its production order have been drawn in the meantime: let the device ask again, under another order."
                                ),
                                _ => throw new OperatorException("There is no such request, or it has not failed."),
                            }
                        );
                    }
                )
        );
        return new Command("request", "Signing requests.") { list, retry };
    }
}

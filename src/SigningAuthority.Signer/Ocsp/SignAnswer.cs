using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using SigningAuthority.Issuance.Keys;
using SigningAuthority.Issuance.Ocsp;
using SigningAuthority.Issuance.Ocsp.Lint;

namespace SigningAuthority.Signer.Ocsp;

/// <summary>The only place where a responder's key signs answers: encodes, lints those very bytes, signs, verifies. Thread-safe.</summary>
internal sealed partial class SignAnswer(OcspMetrics metrics, ILogger<SignAnswer> logger)
{
    /// <returns>The OCSPResponse; null where its bytes or the signature are not what they should be: nobody is given that.</returns>
    /// <exception cref="KeyStoreException">The token could not sign.</exception>
    public byte[]? Run(Responder responder, OcspResponsePlan plan)
    {
        var data = OcspResponseData.Encode(responder.Certificate.KeyHash, plan.ProducedAt, plan.Singles, plan.Nonce);
        if (LintOcspResponse.Find(data, plan) is { Count: > 0 } findings)
        {
            LogUnfit(responder.Authority, string.Join("; ", findings));
            return null;
        }

        var signature = responder.Key.Sign(data);
        if (!responder.Certificate.Verifies(data, signature))
        {
            LogBadSignature(responder.Authority);
            return null;
        }

        metrics.Signed(responder.Authority);
        return OcspResponse.Assemble(data, signature, responder.Certificate.Der);
    }

    /// <summary>The same for many, on all cores, in their order.</summary>
    public IReadOnlyList<byte[]?> RunAll(IReadOnlyList<(Responder Responder, OcspResponsePlan Plan)> plans)
    {
        if (plans.Count == 1)
            return [Run(plans[0].Responder, plans[0].Plan)];
        try
        {
            return [.. plans.AsParallel().AsOrdered().Select(planned => Run(planned.Responder, planned.Plan))];
        }
        catch (AggregateException faults) when (faults.Flatten().InnerExceptions.OfType<KeyStoreException>().FirstOrDefault() is { } fault)
        {
            // PLINQ wraps whatever its threads threw.
            ExceptionDispatchInfo.Throw(fault);
            throw;
        }
    }

    [LoggerMessage(LogLevel.Error, "An OCSP answer of {Authority} is not signed: lint: {Findings}")]
    private partial void LogUnfit(string authority, string findings);

    [LoggerMessage(
        LogLevel.Error,
        "The signature of an OCSP answer of {Authority} does not verify with the responder's certificate; it is not used"
    )]
    private partial void LogBadSignature(string authority);
}

using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Signer.Lanes;
using SigningAuthority.Storage.Certificates;
using SigningAuthority.Storage.IssuanceLog;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Signer.Operators;

/// <summary>
/// An operator's own request (a station's certificate, the front door's): goes through the same policy, queue and issuance
/// procedure as everybody's, so a running Signer of its lane is needed. Waits for the outcome.
/// </summary>
internal static class SubmitInfrastructureRequest
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    /// <exception cref="OperatorException">Refused, or not signed within the time.</exception>
    public static async Task<IssuedCertificate> RunAsync(
        OperatorSession session,
        RequestKind kind,
        string name,
        ReadOnlyMemory<byte> csr,
        TimeSpan timeout,
        CancellationToken cancellation
    )
    {
        var configuration = SignerSettings.LoadConfiguration(session.Settings);
        var request = await DecideAsync(session, configuration, kind, csr, cancellation);
        var authority = configuration.TheAuthority(
            kind == RequestKind.Station ? AuthorityPurpose.StationAuthority : AuthorityPurpose.ServiceAuthority
        );
        var id = SigningRequestId.New(TimeProvider.System);
        var row = new NewSigningRequest(
            id,
            kind,
            authority.Lane,
            null,
            null,
            request.Der.ToArray(),
            request.Sha256,
            request.Key.Sha256,
            null,
            null,
            null,
            null,
            [],
            [authority.Id],
            configuration.TheProfile(kind).Id,
            null,
            name,
            session.Actor
        );
        var entry = new RequestSubmitted
        {
            At = DateTimeOffset.UtcNow,
            Actor = session.Actor,
            Subject = name,
            RequestId = id.Value,
            Kind = kind.ToString(),
            CsrSha256 = Convert.ToHexStringLower(request.Sha256),
            PublicKeySha256 = Convert.ToHexStringLower(request.Key.Sha256),
            Devices = [],
            Generations = [authority.Id],
            PolicyVersion = configuration.PolicyVersion,
            PolicyHash = configuration.Hash,
        };
        return await QueueAsync(session, row, entry, timeout, cancellation);
    }

    /// <summary>Queues a request that policy approved and waits for its certificate.</summary>
    /// <exception cref="OperatorException">Refused at the key, or not signed within the time.</exception>
    public static async Task<IssuedCertificate> QueueAsync(
        OperatorSession session,
        NewSigningRequest row,
        RequestSubmitted entry,
        TimeSpan timeout,
        CancellationToken cancellation
    )
    {
        await new SubmitSigningRequests(session.Database).SubmitAsync([(row, entry)], cancellation);
        return await WaitAsync(session, row.Id, timeout, cancellation);
    }

    /// <summary>Writes a refusal down.</summary>
    /// <returns>What the operator is told.</returns>
    public static async Task<OperatorException> RefuseAsync(
        OperatorSession session,
        AuthorityConfiguration configuration,
        IReadOnlyList<Violation> violations,
        CancellationToken cancellation
    )
    {
        await new AppendLogEntries(session.Database).AppendAsync(
            [
                new RequestRefused
                {
                    At = DateTimeOffset.UtcNow,
                    Actor = session.Actor,
                    Where = RequestRefused.AtTheDoor,
                    Violations = [.. violations.Select(v => new LoggedViolation(v.Code, v.Field, v.Expected, v.Actual, v.Source))],
                    PolicyVersion = configuration.PolicyVersion,
                    PolicyHash = configuration.Hash,
                },
            ],
            cancellation
        );
        return new OperatorException(OperatorException.Describe(violations));
    }

    private static async Task<CertificationRequest> DecideAsync(
        OperatorSession session,
        AuthorityConfiguration configuration,
        RequestKind kind,
        ReadOnlyMemory<byte> csr,
        CancellationToken cancellation
    )
    {
        var outcome = ReadCertificationRequest.Read(csr);
        var violations = outcome.Violations;
        if (outcome.Request is { } request)
        {
            var uses = await new PublicKeyUses(session.Database).FindAsync([request.Key.Sha256], cancellation);
            var available = await AvailableNow.ReadAsync(session.Database, configuration, cancellation);
            var history = uses[Convert.ToHexStringLower(request.Key.Sha256)].ToHistory(kind, null, null);
            violations = new IssuancePolicy(configuration).Decide(new InfrastructureFacts(kind, request, history, available)).Violations;
            if (violations.Count == 0)
                return request;
        }

        throw await RefuseAsync(session, configuration, violations, cancellation);
    }

    private static async Task<IssuedCertificate> WaitAsync(
        OperatorSession session,
        SigningRequestId id,
        TimeSpan timeout,
        CancellationToken cancellation
    )
    {
        var queries = new SigningRequestQueries(session.Database);
        var deadline = DateTimeOffset.UtcNow + timeout;
        while (true)
        {
            var found = await queries.FindAsync(id, cancellation) ?? throw new OperatorException($"Request {id} is not there.");
            switch (found.Request.State)
            {
                case RequestState.Issued:
                    return found.Certificates[0];
                case RequestState.Refused:
                    throw new OperatorException(OperatorException.Describe(found.Request.Violations));
                case RequestState.Failed:
                    throw new OperatorException($"Request {id} failed: {found.Request.Failure}");
            }

            if (DateTimeOffset.UtcNow > deadline)
                throw new OperatorException(
                    $"Request {id} is still {found.Request.State} after {timeout.TotalSeconds:0} s: is a Signer of its lane running, and its token there? It stays queued; run the command again later."
                );
            await Task.Delay(Look, cancellation);
        }
    }
}

using SigningAuthority.Issuance.Approvals;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.Approvals;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Api.Officers;

/// <summary>A provider's request with what officers have made of it so far.</summary>
internal sealed record ReviewedRequest(
    SigningRequestRecord Request,
    ApprovalSubject Subject,
    ApprovalEvidence Evidence,
    ApprovalStanding Standing
);

/// <summary>Looks requests up together with their decisions, and says by policy what those come to.</summary>
internal sealed class ReviewRequests(ApprovalPolicy policy, ApprovalEvidences evidences, ApprovalModes modes)
{
    public async Task<ReviewedRequest> OfAsync(SigningRequestRecord request, CancellationToken cancellation) =>
        (await OfAsync([request], cancellation))[request.Id];

    /// <summary>Those of providers.</summary>
    public async Task<IReadOnlyDictionary<SigningRequestId, ReviewedRequest>> OfAsync(
        IReadOnlyCollection<SigningRequestRecord> requests,
        CancellationToken cancellation
    )
    {
        var found = await evidences.GatherAsync(requests, cancellation);
        if (found.Count == 0)
            return new Dictionary<SigningRequestId, ReviewedRequest>();

        var set = await modes.OfProvidersAsync([.. requests.Select(request => request.ProviderId).OfType<Guid>().Distinct()], cancellation);
        return requests
            .Where(request => found.ContainsKey(request.Id))
            .ToDictionary(
                request => request.Id,
                request =>
                {
                    var evidence = found[request.Id];
                    var subject = SubjectOf(request, evidence);
                    var officers = policy.OfficersFor(
                        request.Authorities,
                        set.GetValueOrDefault(request.ProviderId!.Value) ?? NoModes.Value
                    );
                    return new ReviewedRequest(request, subject, evidence, policy.StandingOf(subject, evidence, officers));
                }
            );
    }

    /// <summary>What is decided on. At the key it is made of the request's bytes once more; here the row's columns stand for them.</summary>
    public static ApprovalSubject SubjectOf(SigningRequestRecord request, ApprovalEvidence evidence) =>
        new(
            request.Id,
            Convert.ToHexStringLower(request.CsrSha256),
            Fqdn.Parse(request.Fqdn!),
            request.Devices,
            request.Authorities,
            evidence.SubmittedBy
        );
}

internal static class NoModes
{
    public static IReadOnlyDictionary<string, Issuance.Policy.ApprovalMode> Value { get; } =
        new Dictionary<string, Issuance.Policy.ApprovalMode>();
}

using SigningAuthority.Api.Access;
using SigningAuthority.Api.Problems;
using SigningAuthority.Api.Providers;
using SigningAuthority.Issuance.Approvals;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Names;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.Approvals;
using SigningAuthority.Storage.Names;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Api.Officers;

/// <summary>GET /api/v1/officer/requests/{id}: everything that an officer is given, and the statement to sign.</summary>
internal sealed class ShowReview(
    SigningRequestQueries queries,
    ReviewRequests reviews,
    OfficerDeskQueries desk,
    ApprovalPolicy policy,
    AddressLookups lookups,
    ShowMatrix matrices,
    FindCoveringName names
)
{
    private const int MostCertificates = 20;

    public async Task<IResult> HandleAsync(HttpContext context, string id) =>
        SigningRequestId.TryParse(id, out var requestId)
            ? await AnswerAsync(requestId, Caller.Of(context), context.RequestAborted)
            : ProblemKinds.NotFound.Because("There is no request of this id.");

    public async Task<IResult> AnswerAsync(SigningRequestId id, Caller officer, CancellationToken cancellation)
    {
        if (await queries.FindAsync(id, cancellation) is not { Request: { Kind: RequestKind.ProvisioningServer } request } found)
            return ProblemKinds.NotFound.Because("There is no request of this id.");
        if (ReadCertificationRequest.Read(request.Csr).Request is not { } csr)
            throw new InvalidOperationException($"The CSR of request {id} can't be read any more.");

        var review = await reviews.OfAsync(request, cancellation);
        var history = await desk.HistoryAsync(request.ProviderId!.Value, cancellation);
        var known = await desk.KnownNamesAsync(cancellation);
        var isOpen = request.State == RequestState.AwaitingApproval;
        return Results.Json(
            new Review(
                id.Value,
                request.State.ToString(),
                $"{Review.Path}/{id}",
                review.Subject.Fqdn.Value,
                review.Subject.SubmittedBy,
                request.SubmittedAt,
                review.Standing.Needed,
                review.Standing.Given,
                request.ApprovalExpiresAt,
                Convert.ToBase64String(request.Csr),
                review.Subject.CsrSha256,
                FactsOf(csr),
                request.Devices,
                request.Authorities,
                request.Note,
                request.Addresses,
                await lookups.FindAsync(id, cancellation) is { } lookup ? ReviewLookup.Of(lookup) : null,
                matrices.Of(found),
                await names.OfAsync(request.ProviderId.Value, review.Subject.Fqdn, cancellation),
                new ReviewHistory(
                    history.Provider,
                    history.Since,
                    history.FirstIssuedAt,
                    history.Requests.ToDictionary(pair => pair.Key.ToString(), pair => pair.Value)
                ),
                [.. (await desk.CertificatesOfAsync(review.Subject.Fqdn, MostCertificates, cancellation)).Select(CertificateOf)],
                NearDuplicates(review.Subject.Fqdn, known),
                [.. review.Evidence.Decisions.Select(decision => DecisionOf(review, decision))],
                [.. Obstacles(review, officer)],
                isOpen ? Templates(review.Subject, officer) : null
            )
        );
    }

    private static RequestFacts FactsOf(CertificationRequest csr) =>
        new(
            csr.Subject.ToRfc4514(),
            csr.Key.Bits,
            Convert.ToHexString(csr.Key.Exponent.Span),
            NameOf(csr.SignatureAlgorithm),
            [.. csr.Attributes.SubjectAlternativeNames.Select(name => name.ToString())],
            Convert.ToHexStringLower(csr.Key.Sha256),
            [.. csr.Attributes.Extensions],
            csr.Attributes.HasChallengePassword
        );

    private static string NameOf(string algorithm) =>
        algorithm switch
        {
            ObjectIdentifiers.Sha256WithRsa => "SHA-256 with RSA",
            ObjectIdentifiers.Sha384WithRsa => "SHA-384 with RSA",
            ObjectIdentifiers.Sha512WithRsa => "SHA-512 with RSA",
            ObjectIdentifiers.Sha1WithRsa => "SHA-1 with RSA",
            _ => algorithm,
        };

    private static ReviewCertificate CertificateOf(NamesCertificate issued) =>
        new(
            issued.RequestId.Value,
            issued.Provider,
            issued.Authority,
            Convert.ToHexString(issued.SerialNumber),
            issued.NotBefore,
            issued.NotAfter,
            Convert.ToHexStringLower(issued.Sha256)
        );

    private static IReadOnlyList<ReviewNearDuplicate> NearDuplicates(Fqdn name, IReadOnlyList<KnownName> known)
    {
        var holders = known.ToLookup(held => held.Name, held => held.Provider);
        return
        [
            .. NearDuplicateNames
                .Find(name, holders.Select(group => group.Key))
                .Select(near => new ReviewNearDuplicate(
                    near.Name.Value,
                    near.Kind.ToString(),
                    near.Distance,
                    [.. holders[near.Name].Distinct().Order()]
                )),
        ];
    }

    private ReviewDecision DecisionOf(ReviewedRequest review, OfficerDecision decision) =>
        new(
            decision.Officer.Value,
            decision.Verdict == OfficerVerdict.Approve ? "approve" : "refuse",
            decision.Reason,
            decision.At,
            decision.RecordedAt,
            !decision.IsRevoked && policy.Judge(review.Subject, review.Evidence, decision).Count == 0
        );

    private static IEnumerable<string> Obstacles(ReviewedRequest review, Caller officer)
    {
        if (review.Request.State != RequestState.AwaitingApproval)
            yield return ProblemKinds.AlreadyDecided.Code;
        if (review.Evidence.Decisions.Any(decision => decision.OfficerId == officer.Id))
            yield return ProblemKinds.DecidedByYou.Code;
        if (review.Evidence.SubmitterHolder is { } holder && holder == NameOf(officer))
            yield return "approval-own-request";
    }

    private static string NameOf(Caller officer) => officer.Actor[(officer.Actor.IndexOf('/') + 1)..];

    private static StatementTemplates Templates(ApprovalSubject subject, Caller officer)
    {
        var statement = new ApprovalStatement(
            subject,
            OfficerVerdict.Approve,
            "{reason}",
            OfficerName.Parse(NameOf(officer)),
            officer.Id,
            DateTimeOffset.UnixEpoch
        );
        return new StatementTemplates(Open(statement), Open(statement with { Verdict = OfficerVerdict.Refuse }));
    }

    // "at" is the last line.
    private static string Open(ApprovalStatement statement)
    {
        var text = statement.ToString();
        return text[..text.LastIndexOf("at: ", StringComparison.Ordinal)] + "at: {at}\n";
    }
}

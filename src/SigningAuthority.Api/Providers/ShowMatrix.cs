using SigningAuthority.Api.Access;
using SigningAuthority.Api.Problems;
using SigningAuthority.Api.Publication;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Firmware;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Api.Providers;

/// <summary>Which phones accept what a request asks for, or what was issued for it.</summary>
/// <param name="RequestId">The request.</param>
/// <param name="Issued">Judged on the certificates themselves; false: on what is asked for.</param>
/// <param name="Warnings">Phones that none of the certificates serve.</param>
internal sealed record RequestMatrix(
    Guid RequestId,
    bool Issued,
    IReadOnlyList<AcceptanceWarning> Warnings,
    IReadOnlyList<MatrixRow> Matrix
);

/// <summary>GET …/{id}/matrix: device family × firmware × generation, by the rules that the phones themselves have.</summary>
internal sealed class ShowMatrix(
    SigningRequestQueries queries,
    PublishedAuthorities authorities,
    AuthorityConfiguration configuration,
    TimeProvider time
)
{
    public async Task<IResult> HandleAsync(HttpContext context, string id)
    {
        if (
            !SigningRequestId.TryParse(id, out var requestId)
            || await queries.FindOfProviderAsync(Caller.Of(context).Id, requestId, context.RequestAborted) is not { } found
        )
        {
            return ProblemKinds.NotFound.Because("You have no request of this id.");
        }

        return Results.Json(Of(found));
    }

    public RequestMatrix Of(RequestWithCertificates found)
    {
        var matrix = Judge(found);
        return new RequestMatrix(found.Request.Id.Value, found.Certificates.Count > 0, UnservedFirmware.Find(matrix), matrix);
    }

    /// <summary>Of what was issued where there is something, of what is asked for until then.</summary>
    public IReadOnlyList<MatrixRow> Judge(RequestWithCertificates found)
    {
        var now = time.GetUtcNow();
        if (found.Certificates.Count == 0)
        {
            return ReadCertificationRequest.Read(found.Request.Csr).Request is { } request
                ? AcceptanceMatrix.ForRequest(configuration, request, found.Request.Devices, now)
                : [];
        }

        var current = authorities.Current;
        return AcceptanceMatrix.ForCertificates(
            configuration,
            [
                .. found.Certificates.Select(issued => new IssuedUnderGeneration(
                    issued.Authority,
                    issued.Der,
                    current.Find(issued.Authority)?.Der
                )),
            ],
            found.Request.Devices,
            now
        );
    }
}

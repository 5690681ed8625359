using SigningAuthority.Api.Problems;
using SigningAuthority.Api.Publication;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Configuration;

namespace SigningAuthority.Api.Stations.Est;

/// <summary>
/// GET …/cacerts (RFC 7030 §4.1): the client roots of all generations, the next one as soon as it is published, to anybody. Roots sign devices
/// directly and each generation stands for itself, so there are neither chains nor key update certificates (RFC 4210 §4.4).
/// </summary>
internal sealed class ServeCaCertificates(KnownOrders orders, PublishedFiles files, RecordRootsDownload record)
{
    private const string Name = "cacerts.p7b";

    public async Task<IResult> HandleAsync(HttpContext context, string? label)
    {
        if (label is not null && await orders.FindWorkingAsync(label, context.RequestAborted) is null)
            return ProblemKinds.NotFound.Because("There is no open production order of this name.");

        var roots = files.Bundled(AuthorityPurpose.ClientRoot);
        if (roots.Count == 0)
            return ProblemKinds.Unavailable.Because("The client root has not been made yet.").After(60);

        var body = EstMedia.Encode(CertificatesOnly.Encode(roots.Select(root => root.Der)));
        var file = new PublishedFile(Name, EstMedia.Certificates, body, roots.Max(root => root.NotBefore));
        await record.BeforeAsync(context, file);
        return EstMedia.Answer(context, file.Content, file.MediaType);
    }
}

using SigningAuthority.Api.Access;
using SigningAuthority.Api.Problems;
using SigningAuthority.Api.Publication;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.Certificates;
using SigningAuthority.Storage.IssuanceLog;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Api.Providers;

/// <summary>GET …/certificates/{generation}.{pem|crt|der|p7b}: the entry of the download is written before the first octet goes out.</summary>
internal sealed class DownloadCertificate(
    SigningRequestQueries queries,
    PublishedAuthorities authorities,
    AppendLogEntries log,
    TimeProvider time
)
{
    public async Task<IResult> HandleAsync(HttpContext context, string id, string file)
    {
        var caller = Caller.Of(context);
        var dot = file.LastIndexOf('.');
        if (
            dot < 0
            || CertificateFormat.Find(file[(dot + 1)..]) is not { } format
            || !SigningRequestId.TryParse(id, out var requestId)
            || await queries.FindOfProviderAsync(caller.Id, requestId, context.RequestAborted) is not { } found
            || found.Certificates.FirstOrDefault(issued => issued.Authority == file[..dot]) is not { } certificate
        )
        {
            return ProblemKinds.NotFound.Because(
                "You have no certificate of this name. The request's own page lists those it has; formats are pem, crt, der and p7b."
            );
        }

        var root =
            authorities.Current.Find(certificate.Authority)
            ?? throw new InvalidOperationException($"The root of {certificate.Authority} is not known.");
        var content = format.Encode(certificate.Der, root.Der);
        await log.AppendAsync([ToEntry(caller, found.Request, certificate, format)], context.RequestAborted);
        return Results.File(content, format.MediaType, $"provserver-{certificate.Authority}.{format.Extension}");
    }

    private CertificateDownloaded ToEntry(
        Caller caller,
        SigningRequestRecord request,
        IssuedCertificate certificate,
        CertificateFormat format
    ) =>
        new()
        {
            At = time.GetUtcNow(),
            Actor = caller.Actor,
            Subject = request.Fqdn,
            RequestId = request.Id.Value,
            Fingerprint = Convert.ToHexStringLower(certificate.Sha256),
            Authority = certificate.Authority,
            SerialNumber = certificate.SerialNumber.Hex,
            Format = format.Extension,
        };
}

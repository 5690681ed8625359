using Microsoft.Net.Http.Headers;
using SigningAuthority.Api.Problems;

namespace SigningAuthority.Api.Publication;

/// <summary>
/// GET /aia/{authority}.cer: the certificate that others' authority information access refers to (RFC 5280 §4.2.2.1), DER. Of every authority
/// that signs certificates, the internal ones too: what they signed must be verifiable where it is shown.
/// </summary>
internal sealed class ServeIssuer(PublishedAuthorities authorities)
{
    // RFC 2585 §4.1: the name ends in .cer, and this is the type.
    private const string Extension = ".cer";
    private const string MediaType = "application/pkix-cert";

    public IResult Handle(HttpContext context, string file)
    {
        if (!file.EndsWith(Extension, StringComparison.Ordinal) || authorities.Current.Find(file[..^Extension.Length]) is not { } authority)
            return ProblemKinds.NotFound.Because("There is no authority of this name with a certificate.");

        // An authority's certificate is never another one.
        context.Response.Headers.CacheControl = "public, max-age=86400";
        return Results.Bytes(
            authority.Der,
            MediaType,
            lastModified: authority.CreatedAt,
            entityTag: new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(authority.Sha256)[..32]}\"")
        );
    }
}

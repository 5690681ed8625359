using SigningAuthority.Api.Publication;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.Certificates;

namespace SigningAuthority.Api.Providers.Kits;

/// <summary>One server of a kit: phones of different generations need different certificates, and a certificate has one listening address.</summary>
/// <param name="Certificate">The server's own.</param>
/// <param name="Root">Of its generation: what those phones trust.</param>
internal sealed record KitServer(Fqdn Name, ListenAddress Listen, IssuedCertificate Certificate, PublishedAuthority Root)
{
    /// <summary>The root's id: lower-case letters, digits and hyphens, as the configuration demands.</summary>
    public string Generation => Root.Id;

    public string CertificateFile => $"provserver-{Generation}.crt";
}

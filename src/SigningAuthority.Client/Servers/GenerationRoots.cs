using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Client.Connections;
using SigningAuthority.Issuance.Configuration;

namespace SigningAuthority.Client.Servers;

/// <summary>The roots that phones trust, and the client root: from a folder, or as the service publishes them.</summary>
internal static class GenerationRoots
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <param name="folder">With GENERATION.pem or .crt each, as downloaded from /roots.</param>
    /// <exception cref="InvalidInputException">A file is missing, or holds no root.</exception>
    public static IReadOnlyDictionary<string, byte[]> FromFolder(string folder, IReadOnlyList<AuthorityDefinition> authorities) =>
        authorities.ToDictionary(authority => authority.Id, authority => FromFolder(folder, authority));

    /// <exception cref="WorldFaultException">The service does not answer.</exception>
    public static async Task<IReadOnlyDictionary<string, byte[]>> FromServiceAsync(
        ServiceAddress address,
        IReadOnlyList<AuthorityDefinition> authorities,
        CancellationToken cancellation
    )
    {
        using var service = ServiceConnection.ForAnybody(address);
        var roots = new Dictionary<string, byte[]>();
        foreach (var authority in authorities)
        {
            var reply = await service.GetAsync($"/roots/{authority.Id}.pem", Patience, cancellation);
            if (reply.Problem is { } problem)
                throw new WorldFaultException("root-not-published", $"/roots/{authority.Id}.pem: {problem.Title}");
            roots[authority.Id] = Read(reply.Body, $"/roots/{authority.Id}.pem");
        }

        return roots;
    }

    private static byte[] FromFolder(string folder, AuthorityDefinition authority)
    {
        string[] names = [authority.Id, .. authority.PublishedAs is { } published ? new[] { published } : []];
        var file = names
            .SelectMany(name => new[] { ".pem", ".crt", ".der" }, (name, extension) => Path.Combine(folder, name + extension))
            .FirstOrDefault(File.Exists);
        return file is null
            ? throw new InvalidInputException($"{folder} has no {authority.Id}.pem: download it from the service's /roots.")
            : Read(File.ReadAllBytes(file), file);
    }

    private static byte[] Read(byte[] content, string origin)
    {
        try
        {
            using var certificate = X509CertificateLoader.LoadCertificate(content);
            return certificate.RawData;
        }
        catch (CryptographicException)
        {
            throw new InvalidInputException($"{origin} holds no certificate that can be read.");
        }
    }
}

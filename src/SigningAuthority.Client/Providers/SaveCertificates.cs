using System.Text.RegularExpressions;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Client.Connections;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Client.Providers;

/// <summary>
/// Puts a request's certificates and the client roots into a folder under the names that the guides use:
/// provserver-GENERATION.crt (PEM), .der, .p7b, and spacroot.crt, client-bundle.pem.
/// </summary>
internal static partial class SaveCertificates
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <returns>Null when all is saved, else what the service refused.</returns>
    public static async Task<ProblemReport?> RunAsync(
        ServiceConnection service,
        SigningRequestStatus request,
        string folder,
        CancellationToken cancellation
    )
    {
        var id = request.ParsedId;
        // All first, then write: a folder with half of the certificates would look complete.
        var files = new List<(string Name, byte[] Content)>();
        foreach (var (path, name) in (request.Certificates ?? []).SelectMany(certificate => FilesOf(id, certificate)).Concat(RootFiles))
        {
            var reply = await service.GetAsync(path, Patience, cancellation);
            if (reply.Problem is { } problem)
                return problem with { Detail = $"{path}: {problem.Detail}" };
            files.Add((name, reply.Body));
        }

        Directory.CreateDirectory(folder);
        foreach (var (name, content) in files)
        {
            await File.WriteAllBytesAsync(Path.Combine(folder, name), content, cancellation);
            await Console.Error.WriteLineAsync($"saved {Path.Combine(folder, name)}");
        }

        return null;
    }

    // The API's extension, and the file's: the guides' provserver.crt is PEM.
    private static readonly (string Address, string File)[] Formats = [("pem", "crt"), ("der", "der"), ("p7b", "p7b")];

    private static IEnumerable<(string Path, string Name)> RootFiles =>
        [("/roots/spacroot.crt", "spacroot.crt"), ("/roots/client-bundle.pem", "client-bundle.pem")];

    private static IEnumerable<(string Path, string Name)> FilesOf(SigningRequestId id, IssuedCertificate certificate)
    {
        // The name becomes part of a path on this machine: nothing but an authority's id may pass.
        if (!GenerationId().IsMatch(certificate.Generation))
            throw new WorldFaultException("unreadable-answer", $"'{PlainText.Of(certificate.Generation)}' is not a generation's id.");
        return from format in Formats
            select (
                $"/api/v1/provider/requests/{id}/certificates/{certificate.Generation}.{format.Address}",
                $"provserver-{certificate.Generation}.{format.File}"
            );
    }

    [GeneratedRegex(@"\A[a-z0-9]+(?:-[a-z0-9]+)*\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex GenerationId();
}

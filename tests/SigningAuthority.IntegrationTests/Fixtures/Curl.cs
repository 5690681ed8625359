using System.Net;
using System.Text;

namespace SigningAuthority.IntegrationTests.Fixtures;

/// <summary>The curl program, as the provider's page tells to use it.</summary>
internal static class Curl
{
    private const string Trailer = "\n%{http_code}\t%header{content-type}\t%header{location}";

    /// <param name="authority">Its address comes before the first argument.</param>
    /// <param name="token">Bearer token.</param>
    /// <param name="pathAndArguments">The path, then curl's own arguments.</param>
    public static async Task<Answer> SendAsync(RunningAuthority authority, string token, params string[] pathAndArguments)
    {
        var result = (
            await ExternalProgram.RunAsync(
                "curl",
                [
                    "--silent",
                    "--show-error",
                    "--cacert",
                    authority.ServiceRootFile,
                    "--write-out",
                    Trailer,
                    "--header",
                    "Authorization: Bearer " + token,
                    .. pathAndArguments[1..],
                    new Uri(authority.Address, pathAndArguments[0]).AbsoluteUri,
                ]
            )
        ).MustSucceed();
        var end = result.OutputBytes.AsSpan().LastIndexOf((byte)'\n');
        var fields = Encoding.ASCII.GetString(result.OutputBytes.AsSpan(end + 1)).Split('\t');
        return new Answer((HttpStatusCode)int.Parse(fields[0]), fields[1].Split(';')[0], fields[2], null, result.OutputBytes[..end]);
    }
}

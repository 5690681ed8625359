using System.Diagnostics;
using System.Globalization;
using SigningAuthority.IntegrationTests.Fixtures;
using Xunit;

namespace SigningAuthority.IntegrationTests.Routes;

/// <summary>100 MB to every route that takes a body, with and without the length said before: turned away soon, and not kept.</summary>
[Collection(RouteFlows.Name)]
public sealed class LargeUploadTests(RouteSite site)
{
    private const long Octets = 100_000_000;
    private const long MostGrowth = 80_000_000;

    private static readonly TimeSpan Quick = TimeSpan.FromSeconds(30);

    // 429: so many come without a credential from one address in a minute that their refusals aren't told apart any more.
    private static readonly string[] Refusals = ["400", "401", "403", "404", "409", "413", "415", "422", "429"];

    [Theory]
    [InlineData("--http1.1", "Content-Type: application/octet-stream")]
    [InlineData("--http1.1", "Transfer-Encoding: chunked")]
    [InlineData("--http2", "Content-Type: application/json")]
    public async Task A_hundred_megabytes_are_turned_away_soon_and_memory_stays_flat(string version, string header)
    {
        var file = Path.Combine(site.Authority.Scratch, "large");
        await using (var large = File.Create(file))
            large.SetLength(Octets);
        var routes = site.Routes.Where(route => route.HasBody).ToList();
        Assert.NotEmpty(routes);
        var before = PeakOctets();
        var wrong = new List<string>();
        foreach (var route in routes)
        {
            foreach (var credential in CredentialsFor(route))
            {
                var clock = Stopwatch.StartNew();
                var result = await ExternalProgram.RunAsync(
                    "curl",
                    [
                        "--silent",
                        version,
                        "--cacert",
                        site.Authority.ServiceRootFile,
                        "--request",
                        route.Method,
                        "--header",
                        "Expect:",
                        "--header",
                        header,
                        "--data-binary",
                        "@" + file,
                        "--output",
                        "/dev/null",
                        "--write-out",
                        "%{http_code}",
                        .. credential,
                        new Uri(site.Authority.Address, route.With(_ => Guid.NewGuid().ToString())).AbsoluteUri,
                    ]
                );
                if (!IsTurnedAway(route, result) || clock.Elapsed > Quick)
                    wrong.Add(
                        $"{route} with {credential.FirstOrDefault() ?? "nothing"}: {result.Output} after {clock.Elapsed}, curl {result.ExitCode}"
                    );
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.InRange(PeakOctets(), 0, before + MostGrowth);
    }

    /// <summary>
    /// Who goes on sending after an answer may find the connection closed before the answer is read (RFC 9112 §9.6): curl's 55 and 56. A
    /// batch is as long as its sender likes; each of its lines is not, and is answered on its own.
    /// </summary>
    private static bool IsTurnedAway(ApiRoute route, ProgramResult result) =>
        Refusals.Contains(result.Output)
        || (result.Output == "000" && result.ExitCode is 55 or 56)
        || (result.Output == "200" && route.Pattern == "/api/v1/station/batches");

    private IEnumerable<string[]> CredentialsFor(ApiRoute route) =>
        [
            [],
            route.TakesTokens
                ? ["--header", "Authorization: Bearer " + site.Tokens[route.Roles![0]].Good]
                : ["--cert", site.Authority.StationCertificateFile, "--key", site.Authority.StationKeyFile],
        ];

    /// <summary>The most memory that the front door ever held: VmHWM of proc(5).</summary>
    private long PeakOctets() =>
        1024
        * File.ReadLines($"/proc/{site.Authority.Api.Id}/status")
            .Where(line => line.StartsWith("VmHWM:", StringComparison.Ordinal))
            .Select(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture))
            .Single();
}

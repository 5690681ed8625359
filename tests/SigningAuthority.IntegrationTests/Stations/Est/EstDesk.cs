using System.Globalization;
using System.Net;
using System.Text;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.Issuance.Production;
using SigningAuthority.Storage.Production;

namespace SigningAuthority.IntegrationTests.Stations.Est;

/// <summary>An EST client made of curl and openssl, with a station's certificate.</summary>
internal sealed class EstDesk(RunningAuthority authority)
{
    public const string Root = ".well-known/est/";

    private const string Trailer = "\n%{http_code}\t%{content_type}\t%header{retry-after}";

    public Uri Address { get; init; } = authority.Address;

    /// <summary>Files of the station's certificate and key.</summary>
    public (string Certificate, string Key) Station { get; init; } = (authority.StationCertificateFile, authority.StationKeyFile);

    /// <param name="path">Below the root: "cacerts".</param>
    /// <param name="arguments">curl's own.</param>
    public Task<Answer> AnonymouslyAsync(string path, params string[] arguments) => CurlAsync([], path, arguments);

    public Task<Answer> AsStationAsync(string path, params string[] arguments) =>
        CurlAsync(["--cert", Station.Certificate, "--key", Station.Key], path, arguments);

    /// <summary>RFC 7030 §4.2.1: POST of a request's base64.</summary>
    public async Task<Answer> EnrolAsync(string path, MadeRequest made, params string[] arguments) =>
        await PostAsync(
            path,
            Encoding.ASCII.GetBytes(Convert.ToBase64String(await made.DerAsync(), Base64FormattingOptions.InsertLineBreaks)),
            arguments
        );

    public async Task<Answer> PostAsync(string path, byte[] body, params string[] arguments)
    {
        var file = Path.Combine(authority.Scratch, Guid.NewGuid().ToString("N"));
        await File.WriteAllBytesAsync(file, body);
        string[] type = arguments.Any(argument => argument.StartsWith("Content-Type", StringComparison.Ordinal))
            ? []
            : ["--header", "Content-Type: application/pkcs10"];
        return await AsStationAsync(path, [.. type, "--data-binary", "@" + file, .. arguments]);
    }

    /// <summary>A request as openssl makes it.</summary>
    /// <param name="subject">"/OU=SPA962/CN=000E08ABCDEF".</param>
    /// <param name="key">An earlier request whose key it has, or null for a new one.</param>
    public async Task<MadeRequest> MakeAsync(string subject, MadeRequest? key = null, string size = "rsa:2048")
    {
        var stem = Path.Combine(authority.Scratch, Guid.NewGuid().ToString("N"));
        string[] from = key is null ? ["-newkey", size, "-nodes", "-keyout", stem + ".key"] : ["-key", key.KeyFile];
        await OpenSsl.RunAsync(["req", "-new", "-sha256", "-out", stem + ".csr", "-subj", subject, .. from]);
        return new MadeRequest(stem + ".csr", key?.KeyFile ?? stem + ".key");
    }

    /// <summary>The certificates of a certs-only answer, PEM, as openssl takes them out.</summary>
    public async Task<string> CertificatesInAsync(Answer answer)
    {
        if (answer.Status != HttpStatusCode.OK || answer.MediaType?.StartsWith("application/pkcs7-mime", StringComparison.Ordinal) != true)
            throw new InvalidOperationException(answer.ToString());
        var file = Path.Combine(authority.Scratch, Guid.NewGuid().ToString("N"));
        await File.WriteAllBytesAsync(file, answer.Body);
        await OpenSsl.RunAsync("base64", "-d", "-in", file, "-out", file + ".p7");
        return await OpenSsl.RunAsync("pkcs7", "-inform", "DER", "-in", file + ".p7", "-print_certs");
    }

    /// <summary>An order for units of our OUI, as an operator makes it.</summary>
    /// <param name="but">What is to be otherwise.</param>
    public async Task<string> OrderAsync(
        string[] products,
        string? profile = null,
        string macs = "000E08000000..000E08FFFEFF",
        Func<ProductionOrder, ProductionOrder>? but = null
    )
    {
        var name = "est-" + Guid.NewGuid().ToString("N")[..12];
        await new ProductionOrders(authority.Postgres.Connect("sa_operator", authority.Database)).AddAsync(
            (but ?? (order => order))(
                new ProductionOrder
                {
                    Id = Guid.CreateVersion7(),
                    Name = name,
                    Products = products,
                    MacRanges = [MacRange.Parse(macs)],
                    Serials = [SerialRule.Parse("FM500H*")],
                    Quantity = 100,
                    Stations = [RunningAuthority.Line],
                    NotBefore = DateTimeOffset.UtcNow.AddMinutes(-1),
                    NotAfter = DateTimeOffset.UtcNow.AddHours(1),
                    Profile = profile,
                    KeySource = KeySource.Device,
                }
            ),
            "operator/operator-at-test"
        );
        return name;
    }

    private async Task<Answer> CurlAsync(string[] credential, string path, string[] arguments)
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
                    .. credential,
                    .. arguments,
                    new Uri(Address, Root + path).AbsoluteUri,
                ]
            )
        ).MustSucceed();
        var end = result.OutputBytes.AsSpan().LastIndexOf((byte)'\n');
        var fields = Encoding.ASCII.GetString(result.OutputBytes.AsSpan(end + 1)).Split('\t');
        return new Answer(
            (HttpStatusCode)int.Parse(fields[0], CultureInfo.InvariantCulture),
            fields[1],
            null,
            null,
            result.OutputBytes[..end]
        )
        {
            RetryAfter = int.TryParse(fields[2], out var seconds) ? seconds : null,
        };
    }
}

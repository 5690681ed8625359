using System.Net.Http.Headers;
using SigningAuthority.IntegrationTests.Fixtures;

namespace SigningAuthority.IntegrationTests.Providers;

/// <summary>What a provider does at the front door.</summary>
internal sealed class ProviderDesk(HttpClient client)
{
    public const string Path = "api/v1/provider/requests";

    /// <summary>The device in whose generation a single certificate is wanted: sipura.</summary>
    public static readonly string[] OneGeneration = ["SPA962"];

    public Task<Answer> UploadAsync(
        byte[] csr,
        IEnumerable<string>? devices = null,
        string contentType = "application/pkcs10",
        string? idempotencyKey = null
    )
    {
        var content = new ByteArrayContent(csr);
        content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        var query = string.Join('&', (devices ?? OneGeneration).Select(device => "device=" + Uri.EscapeDataString(device)));
        return client.AskAsync(
            HttpMethod.Post,
            $"{Path}?{query}",
            content,
            idempotencyKey is null ? [] : [("Idempotency-Key", idempotencyKey)]
        );
    }

    /// <summary>Waits, by the server's own long poll, until nothing more will happen.</summary>
    public async Task<Answer> WaitAsync(string id)
    {
        Answer? answer = null;
        await Eventually.TrueAsync(
            async () => (answer = await client.AskAsync($"{Path}/{id}?wait=30")).Member("status") is "Issued" or "Refused" or "Failed",
            $"request {id} to be finished"
        );
        return answer!;
    }

    public Task<Answer> DownloadAsync(string id, string file) => client.AskAsync($"{Path}/{id}/certificates/{file}");

    /// <summary>From a CSR to the certificate of one generation, PEM in a file.</summary>
    public async Task<string> CertifyAsync(MadeRequest request, string folder, string device = "SPA962", string generation = "sipura")
    {
        var accepted = await UploadAsync(request.Pem, [device]);
        if (accepted.Status is not (System.Net.HttpStatusCode.Accepted or System.Net.HttpStatusCode.OK))
            throw new InvalidOperationException(accepted.ToString());
        await WaitAsync(accepted.Member("id"));
        var file = System.IO.Path.Combine(folder, Guid.NewGuid().ToString("N") + ".pem");
        await File.WriteAllBytesAsync(file, (await DownloadAsync(accepted.Member("id"), generation + ".pem")).Body);
        return file;
    }
}

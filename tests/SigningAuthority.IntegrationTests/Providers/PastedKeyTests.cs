using System.Net;
using System.Text;
using System.Text.Json;
using SigningAuthority.IntegrationTests.Fixtures;
using Xunit;

namespace SigningAuthority.IntegrationTests.Providers;

/// <summary>A private key in the place of the request: refused by its name, and nowhere to be found afterwards.</summary>
[Collection(ProviderFlows.Name)]
public sealed class PastedKeyTests(RunningAuthority authority) : IClassFixture<SoundLog>
{
    private readonly ProviderDesk _desk = new(authority.Client(authority.TelcoToken));

    [Theory]
    [InlineData("PRIVATE KEY", "pkey -in {key}")]
    [InlineData("RSA PRIVATE KEY", "pkey -traditional -in {key}")]
    [InlineData("ENCRYPTED PRIVATE KEY", "pkcs8 -topk8 -passout pass:word -in {key}")]
    [InlineData("RSA PRIVATE KEY", "rsa -traditional -aes128 -passout pass:word -in {key}")]
    [InlineData("PRIVATE KEY", "pkcs8 -topk8 -nocrypt -outform DER -in {key}")]
    [InlineData("ENCRYPTED PRIVATE KEY", "pkcs8 -topk8 -passout pass:word -outform DER -in {key}")]
    public async Task A_pasted_key_is_refused_by_its_name_and_kept_nowhere(string label, string conversion)
    {
        var made = await MadeRequest.MakeAsync(authority.Scratch, "prov.callme.com");
        var key = (await OpenSsl.TryAsync(conversion.Replace("{key}", made.KeyFile).Split(' '))).MustSucceed().OutputBytes;

        Refused(await _desk.UploadAsync(key), label);
        Refused(await _desk.UploadAsync(AsJson(key), contentType: "application/json"), label);
        if (key[0] != 0x30)
            Refused(await _desk.UploadAsync([.. made.Pem, .. key]), label);

        await NowhereToBeFoundAsync(key, made);
    }

    private static byte[] AsJson(byte[] key) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new { csr = key[0] == 0x30 ? Convert.ToBase64String(key) : Encoding.ASCII.GetString(key), devices = new[] { "SPA962" } }
        );

    private static void Refused(Answer answer, string label)
    {
        ProblemAssert.Breaks(answer, HttpStatusCode.UnprocessableEntity, "csr-private-key");
        Assert.Equal(label, Assert.Single(answer.Violations).GetProperty("actual").GetString());
    }

    /// <summary>Looks through all of the database as a dump shows it, and through everything that the processes wrote.</summary>
    private async Task NowhereToBeFoundAsync(byte[] key, MadeRequest made)
    {
        var traces = await TracesAsync(key, made);
        var dump = (
            await ExternalProgram.RunAsync(
                "pg_dump",
                [
                    "--host",
                    "127.0.0.1",
                    "--port",
                    authority.Postgres.Port.ToString(),
                    "--username",
                    PostgresCluster.Superuser,
                    authority.Database,
                ]
            )
        )
            .MustSucceed()
            .Output;
        Assert.Contains("provider/telco", dump);
        foreach (var trace in traces)
        {
            Assert.DoesNotContain(trace, dump);
            foreach (var file in Directory.GetFiles(authority.LogFolder))
                Assert.DoesNotContain(trace, await File.ReadAllTextAsync(file));
        }
    }

    /// <summary>Pieces of the key in each spelling that a store or a log could have it in: base64 at any offset, hexadecimal in either case.</summary>
    private static async Task<IReadOnlyList<string>> TracesAsync(byte[] key, MadeRequest made)
    {
        var der = key[0] == 0x30 ? key : Convert.FromBase64String(Base64Of(Encoding.ASCII.GetString(key)));
        var plain = (await OpenSsl.TryAsync("pkey", "-in", made.KeyFile, "-outform", "DER")).MustSucceed().OutputBytes;
        // From the middle: the private part, not the modulus that the request shows as well.
        byte[][] pieces = [der[(der.Length / 2)..(der.Length / 2 + 30)], plain[(plain.Length / 2)..(plain.Length / 2 + 30)]];
        return
        [
            .. pieces.SelectMany(piece =>
                new[]
                {
                    Convert.ToBase64String(piece),
                    Convert.ToBase64String(piece[1..28]),
                    Convert.ToBase64String(piece[2..29]),
                    Convert.ToHexString(piece),
                    Convert.ToHexStringLower(piece),
                }
            ),
        ];
    }

    private static string Base64Of(string pem) =>
        string.Concat(
            pem.Split('\n').Where(line => line.Length > 0 && !line.StartsWith("-----", StringComparison.Ordinal) && !line.Contains(':'))
        );

    [Fact]
    public async Task In_a_note_or_a_device_it_is_refused_and_not_quoted()
    {
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        var pasted = key.ExportPkcs8PrivateKeyPem();
        using var client = authority.Client(authority.TelcoToken);
        foreach (
            var body in new object[]
            {
                new
                {
                    csr = "x",
                    devices = new[] { "SPA962" },
                    note = pasted,
                },
                new { csr = "x", devices = new[] { pasted } },
            }
        )
        {
            using var answer = await System.Net.Http.Json.HttpClientJsonExtensions.PostAsJsonAsync(
                client,
                "api/v1/provider/requests",
                body
            );
            var text = await answer.Content.ReadAsStringAsync();

            Assert.Equal(System.Net.HttpStatusCode.UnprocessableEntity, answer.StatusCode);
            Assert.Contains("\"private-key\"", text);
            Assert.DoesNotContain(pasted.Split('\n')[1], text);
        }
    }
}

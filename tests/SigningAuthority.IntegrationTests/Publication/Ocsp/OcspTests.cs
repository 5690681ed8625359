using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Storage;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Ocsp;
using Xunit;

namespace SigningAuthority.IntegrationTests.Publication.Ocsp;

/// <summary>The state of certificates, as OpenSSL, GnuTLS and BouncyCastle are told of it.</summary>
[Collection(FactoryFlows.Name)]
public sealed class OcspTests(RunningAuthority authority) : IClassFixture<SoundLog>
{
    private static readonly string[] Ways = ["", "-no_nonce", "-sha256", "-sha256 -no_nonce"];

    private readonly OcspFlow _flow = new(authority);

    [Fact]
    public async Task OpenSSL_and_GnuTLS_take_the_answer_for_a_good_certificate_however_they_ask()
    {
        var (device, leaf) = await _flow.DeviceWithFileAsync();
        var root = await _flow.RootFileAsync("client");
        Assert.Equal("good", await _flow.Client.AskAsync(device));

        foreach (var way in Ways)
        {
            var result = await _flow.OpenSslAsync(root, [.. way.Split(' ', StringSplitOptions.RemoveEmptyEntries), "-cert", leaf]);
            Assert.True(result.ExitCode == 0 && result.Error.Contains("Response verify OK"), result.ToString());
            Assert.Contains(leaf + ": good", result.Output);
            Assert.DoesNotContain("no nonce", result.Error, StringComparison.OrdinalIgnoreCase);
        }

        var gnutls = await ExternalProgram.RunAsync(
            "ocsptool",
            ["--ask=" + new Uri(authority.PlainAddress, "ocsp/client"), "--load-cert", leaf, "--load-issuer", root, "--load-trust", root]
        );
        Assert.True(gnutls.ExitCode == 0, gnutls.ToString());
        Assert.Contains("Certificate Status: good", gnutls.Output);
        Assert.Contains("Verifying OCSP Response: Success", gnutls.Output + gnutls.Error);
    }

    [Fact]
    public async Task A_revoked_one_an_unissued_one_and_a_good_one_are_told_apart_in_one_answer()
    {
        var (good, goodFile) = await _flow.DeviceWithFileAsync();
        var (revoked, revokedFile) = await _flow.DeviceWithFileAsync();
        await _flow.Revoked.SetAsync(revoked, RevocationReason.KeyCompromise, "timestamptz '2026-11-20 12:34:56Z'");
        var root = await _flow.RootFileAsync("client");
        Assert.Equal("good", await _flow.Client.AskAsync(good));

        var unissued = "0x" + Convert.ToHexString(good.Unissued().SerialNumber);
        var result = await _flow.OpenSslAsync(root, "-cert", goodFile, "-cert", revokedFile, "-serial", unissued);

        Assert.True(result.ExitCode == 0 && result.Error.Contains("Response verify OK"), result.ToString());
        Assert.Contains(goodFile + ": good", result.Output);
        Assert.Contains(revokedFile + ": revoked", result.Output);
        Assert.Contains("Reason: keyCompromise", result.Output);
        Assert.Contains("Revocation Time: Nov 20 12:34:56 2026 GMT", result.Output);
        Assert.Contains(unissued + ": unknown", result.Output);
    }

    [Fact]
    public async Task Each_authority_answers_for_its_own_with_a_responder_that_it_issued()
    {
        foreach (var id in (string[])["sipura", "service", "station", "client"])
        {
            var root = await _flow.RootAsync(id);
            // Its own certificate is one that it issued.
            Assert.Equal("good", await _flow.Client.AskAsync(root));
            Assert.Equal("unknown", await _flow.Client.AskAsync(root.Unissued()));
        }

        var responders = await authority
            .Postgres.Connect(PostgresCluster.Superuser, authority.Database)
            .ScalarAsync<long>(
                """
                select count(*) from sa.ocsp_responder r join sa.certificate c using (spki_sha256)
                    join sa.signing_request q on q.id = c.request_id and q.kind = 'OcspResponder' and q.state = 'Issued'
                where r.authority = c.authority and c.not_after - c.not_before <= interval '15 days'
                    and exists (select from sa.log_entry where type = 'ocsp.key-made' and convert_from(entry, 'UTF8') like '%' || r.key_label || '%')
                    and exists (select from sa.log_entry where type = 'certificate.intended' and request_id = q.id)
                """
            );
        Assert.True(responders >= 4, $"{responders} responders came about like every certificate");
    }

    [Fact]
    public async Task Revocation_hold_and_release_are_told_at_once_and_a_stored_answer_of_before_is_none_any_more()
    {
        var device = await _flow.DeviceAsync();
        Assert.Equal("good", await _flow.Client.AskAsync(device));

        await _flow.Revoked.SetAsync(device, RevocationReason.CertificateHold, "timestamptz '2026-11-20 10:00:00Z'");
        await ExpectAsync(device, "revoked CertificateHold at 2026-11-20T10:00:00Z");

        await _flow.Revoked.SetAsync(device, RevocationReason.RemoveFromCrl, "timestamptz '2026-11-20 11:00:00Z'");
        await ExpectAsync(device, "good");

        await _flow.Revoked.SetAsync(device, RevocationReason.CessationOfOperation, "timestamptz '2026-11-20 12:00:00Z'");
        await ExpectAsync(device, "revoked CessationOfOperation at 2026-11-20T12:00:00Z");

        await _flow.Revoked.SetAsync(device, RevocationReason.KeyCompromise);
        await ExpectAsync(device, "revoked KeyCompromise at 2026-11-20T12:00:00Z");
    }

    [Fact]
    public async Task No_answer_that_was_asked_for_after_a_revocation_says_good()
    {
        const int devices = 12;
        var failures = new System.Collections.Concurrent.ConcurrentBag<string>();
        await Task.WhenAll(
            Enumerable
                .Range(0, devices)
                .Select(async number =>
                {
                    var device = await _flow.DeviceAsync();
                    var isRevoked = false;
                    var askers = Enumerable
                        .Range(0, 4)
                        .Select(async asker =>
                        {
                            for (var after = 0; after < 4; )
                            {
                                var was = Volatile.Read(ref isRevoked);
                                var status = await _flow.Client.AskAsync(device, asker == 3 ? RandomNumberGenerator.GetBytes(16) : null);
                                if (was && !status.StartsWith("revoked Superseded", StringComparison.Ordinal))
                                    failures.Add($"asker {asker} of {number} was told {status}");
                                if (!was && status is not "good" && !status.StartsWith("revoked", StringComparison.Ordinal))
                                    failures.Add($"asker {asker} of {number} was told {status} before");
                                after += was ? 1 : 0;
                            }
                        })
                        .ToList();
                    await Task.Delay(Random.Shared.Next(150));
                    await _flow.Revoked.SetAsync(device, RevocationReason.Superseded);
                    Volatile.Write(ref isRevoked, true);
                    await Task.WhenAll(askers);
                })
        );
        Assert.Empty(failures);
    }

    [Fact]
    public async Task Another_CAs_certificate_is_not_ours_to_speak_of_and_nor_are_those_of_two_at_once()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=Another CA", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        using var other = request.CreateSelfSigned(DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(1));
        var (client, sipura) = (await _flow.RootAsync("client"), await _flow.RootAsync("sipura"));

        await RefusedAsync(OcspClient.Encode([Asked.Of("other", other, other).Id().Der]), OcspResponseStatus.Unauthorized);
        await RefusedAsync(OcspClient.Encode([client.Id().Der, sipura.Id().Der]), OcspResponseStatus.Unauthorized);
        // The address names the authority that answers.
        await RefusedAsync(OcspClient.Encode([client.Id().Der]), OcspResponseStatus.Unauthorized, "ocsp/sipura");
        ProblemAssert.Is(await _flow.Client.PostAsync(OcspClient.Encode([client.Id().Der]), "ocsp/nobody"), HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task What_can_not_be_read_is_told_so_and_a_nonce_has_1_to_128_octets()
    {
        var device = await _flow.DeviceAsync();
        var id = device.Id().Der;

        foreach (
            var malformed in (byte[][])
                [
                    [],
                    [0x30],
                    RandomNumberGenerator.GetBytes(200),
                    OcspClient.Encode([]),
                    [.. OcspClient.Encode([id]), 0x00],
                    OcspClient.Encode([id], []),
                    OcspClient.Encode([id], new byte[129]),
                    OcspClient.Encode([.. Enumerable.Repeat(id, 33)]),
                    new byte[4097],
                    new byte[60_000],
                ]
        )
            await RefusedAsync(malformed, OcspResponseStatus.MalformedRequest);

        Assert.Equal("good", await _flow.Client.AskAsync(device, RandomNumberGenerator.GetBytes(1)));
        Assert.Equal("good", await _flow.Client.AskAsync(device, RandomNumberGenerator.GetBytes(128), ObjectIdentifiers.Sha256));
        ProblemAssert.Is(
            await _flow.Client.PostAsync(OcspClient.Encode([id]), mediaType: "application/json"),
            HttpStatusCode.UnsupportedMediaType
        );
        Assert.Equal("good", OcspClient.Read((await _flow.Client.PostAsync(OcspClient.Encode([id]), mediaType: null)).Body, device));
        using var get = await _flow.Client.GetAsync([0x30, 0x00]);
        Assert.Equal(
            (HttpStatusCode.BadRequest, "application/ocsp-response", true),
            (get.StatusCode, get.Content.Headers.ContentType?.MediaType, get.Headers.CacheControl?.NoStore)
        );
    }

    [Theory]
    [InlineData("ocsp/")]
    [InlineData("ocsp/client/")]
    [InlineData("ocsp//")]
    public async Task A_GET_is_answered_with_the_headers_by_which_caches_keep_it(string path)
    {
        var device = await _flow.DeviceAsync();
        Assert.Equal("good", await _flow.Client.AskAsync(device));
        var request = OcspClient.Encode([device.Id().Der]);

        using var answer = await _flow.Client.GetAsync(request, path);
        var body = await answer.Content.ReadAsByteArrayAsync();

        Assert.Equal("good", OcspClient.Read(body, device));
        var headers = answer.Headers;
        var (now, caching) = (DateTimeOffset.UtcNow, headers.CacheControl!);
        Assert.True(caching is { Public: true, NoTransform: true, MustRevalidate: true, NoStore: false }, caching.ToString());
        Assert.InRange(caching.MaxAge!.Value.TotalSeconds, 1, 60);
        Assert.InRange(answer.Content.Headers.Expires!.Value, now.AddSeconds(-5), now.AddSeconds(65));
        Assert.InRange(answer.Content.Headers.LastModified!.Value, now.AddMinutes(-1), now.AddSeconds(1));
        Assert.Equal($"\"{Convert.ToHexStringLower(SHA256.HashData(body))}\"", headers.ETag!.Tag);

        using var again = await _flow.Client.GetAsync(request, path, headers.ETag.Tag);
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        // A date alone says nothing: the answer of a revocation may have an earlier one.
        using var byDate = new HttpRequestMessage(
            HttpMethod.Get,
            new Uri(authority.PlainAddress, path + Uri.EscapeDataString(Convert.ToBase64String(request)))
        );
        byDate.Headers.IfModifiedSince = DateTimeOffset.UtcNow.AddMinutes(1);
        using var plain = new HttpClient();
        using var whole = await plain.SendAsync(byDate);
        Assert.Equal(HttpStatusCode.OK, whole.StatusCode);
        // What is for one asker alone, or may be otherwise in a moment, is kept nowhere.
        using var nonce = await _flow.Client.GetAsync(OcspClient.Encode([device.Id().Der], new byte[16]), path);
        using var unknown = await _flow.Client.GetAsync(OcspClient.Encode([device.Unissued().Id().Der]), path);
        Assert.True(nonce.Headers.CacheControl!.NoStore && unknown.Headers.CacheControl!.NoStore);
    }

    [Fact]
    public async Task Whoever_asks_again_gets_the_very_answer_of_before()
    {
        var device = await _flow.DeviceAsync();
        Assert.Equal("good", await _flow.Client.AskAsync(device));
        var request = OcspClient.Encode([device.Id().Der]);

        var first = await _flow.Client.PostAsync(request);
        var again = await _flow.Client.PostAsync(request, "ocsp/client");

        Assert.Equal(first.Body, again.Body);
        Assert.Equal("good", OcspClient.Read(first.Body, device));
    }

    /// <summary>However it is asked: with what may be stored, and without.</summary>
    private async Task ExpectAsync(Asked device, string status)
    {
        Assert.Equal(status, await _flow.Client.AskAsync(device));
        Assert.Equal(status, await _flow.Client.AskAsync(device, RandomNumberGenerator.GetBytes(16)));
        Assert.Equal(status, await _flow.Client.AskAsync(device, hash: ObjectIdentifiers.Sha256));
        Assert.Equal(status, await _flow.Client.AskAsync(device));
    }

    private async Task RefusedAsync(byte[] request, OcspResponseStatus status, string path = "ocsp")
    {
        var answer = await _flow.Client.PostAsync(request, path);
        OcspClient.RequireOk(answer);
        Assert.Equal(status, OcspClient.StatusOf(answer));
    }
}

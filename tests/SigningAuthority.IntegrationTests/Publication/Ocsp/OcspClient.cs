using System.Diagnostics;
using System.Formats.Asn1;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using Org.BouncyCastle.Ocsp;
using Org.BouncyCastle.X509;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Ocsp;
using Xunit;

namespace SigningAuthority.IntegrationTests.Publication.Ocsp;

/// <summary>A certificate that is asked after, with its issuer.</summary>
internal sealed record Asked(string Authority, X509Certificate2 Issuer, byte[] SerialNumber)
{
    public static Asked Of(string authority, X509Certificate2 issuer, X509Certificate2 leaf) =>
        new(authority, issuer, leaf.SerialNumberBytes.Span.TrimStart((byte)0).ToArray());

    /// <summary>What the authority never issued.</summary>
    public Asked Unissued() => this with { SerialNumber = CertificateSerialNumber.Draw().ToBytes() };

    public OcspCertId Id(string hash = ObjectIdentifiers.Sha1)
    {
        using var issuer = IssuerCertificate.Read(Issuer.RawData);
        return OcspCertIds.Of(issuer, CertificateSerialNumber.FromBytes(SerialNumber), hash);
    }
}

/// <summary>An OCSP client of our own for what programs can't be made to send; BouncyCastle reads and verifies what comes back.</summary>
internal sealed class OcspClient(HttpClient client)
{
    public const string MediaType = "application/ocsp-request";

    /// <summary>What is told of an answer without the nonce that was sent (RFC 9654 §2.1).</summary>
    public const string NonceLeftOut = "nonce left out";

    /// <summary>
    /// "good", "unknown", "revoked REASON at TIME"; or the response's status where it is not successful. Comes back as long as it is told to: the
    /// first question of an authority waits for its responder.
    /// </summary>
    public async Task<string> AskAsync(Asked asked, byte[]? nonce = null, string hash = ObjectIdentifiers.Sha1)
    {
        var told = await AskOnceAsync(asked, nonce, hash);
        for (
            var waited = Stopwatch.StartNew();
            told is nameof(OcspResponseStatus.TryLater) or NonceLeftOut && waited.Elapsed < Eventually.Patience;

        )
        {
            // The key room has a rate for each address, and all tests have one.
            await Task.Delay(20);
            told = await AskOnceAsync(asked, nonce, hash);
        }

        return told;
    }

    public async Task<string> AskOnceAsync(Asked asked, byte[]? nonce = null, string hash = ObjectIdentifiers.Sha1) =>
        Read((await PostAsync(Encode([asked.Id(hash).Der], nonce))).Body, asked, nonce);

    public Task<Answer> PostAsync(byte[] request, string path = "ocsp", string? mediaType = MediaType)
    {
        var content = new ByteArrayContent(request);
        if (mediaType is not null)
            content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        return client.AskAsync(HttpMethod.Post, path, content);
    }

    public Task<HttpResponseMessage> GetAsync(byte[] request, string path = "ocsp/", string? tag = null)
    {
        var message = new HttpRequestMessage(HttpMethod.Get, path + Uri.EscapeDataString(Convert.ToBase64String(request)));
        if (tag is not null)
            message.Headers.TryAddWithoutValidation("If-None-Match", tag);
        return client.SendAsync(message);
    }

    /// <summary>An OCSPRequest around CertIDs (RFC 6960 §4.1.1).</summary>
    /// <param name="nonce">Of any length; null for none.</param>
    public static byte[] Encode(IReadOnlyList<byte[]> ids, byte[]? nonce = null)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                foreach (var id in ids)
                {
                    using (writer.PushSequence())
                        writer.WriteEncodedValue(id);
                }
            }

            if (nonce is not null)
            {
                using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 2)))
                using (writer.PushSequence())
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(ObjectIdentifiers.OcspNonce);
                    using (writer.PushOctetString())
                        writer.WriteOctetString(nonce);
                }
            }
        }

        return writer.Encode();
    }

    /// <summary>Reads an answer for one certificate, after its signature and its signer were verified.</summary>
    /// <param name="nonce">That must be in it; null where there must be none.</param>
    public static string Read(byte[] response, Asked asked, byte[]? nonce = null)
    {
        var outer = new OcspResp(response);
        if (outer.Status != OcspRespStatus.Successful)
            return $"{(OcspResponseStatus)outer.Status}";
        var basic = (BasicOcspResp)outer.GetResponseObject();
        var signer = basic.GetCerts()[0];
        signer.Verify(new X509CertificateParser().ReadCertificate(asked.Issuer.RawData).GetPublicKey());
        Assert.True(basic.Verify(signer.GetPublicKey()), "the signature is the responder's");
        Assert.Contains("1.3.6.1.5.5.7.3.9", signer.GetExtendedKeyUsage().Cast<string>());
        var found = basic.GetExtensionValue(new Org.BouncyCastle.Asn1.DerObjectIdentifier(ObjectIdentifiers.OcspNonce));
        if (nonce is not null && found is null)
            return NonceLeftOut;
        Assert.Equal(nonce, found is null ? null : AsnDecoder.ReadOctetString(found.GetOctets(), AsnEncodingRules.DER, out _));
        var single = Assert.Single(basic.Responses);
        Assert.Equal(asked.SerialNumber, single.GetCertID().SerialNumber.ToByteArrayUnsigned());
        return single.GetCertStatus() switch
        {
            null => "good",
            RevokedStatus revoked =>
                $"revoked {(revoked.HasRevocationReason ? (RevocationReason)revoked.RevocationReason : RevocationReason.Unspecified)} at {revoked.RevocationTime:yyyy-MM-ddTHH:mm:ssZ}",
            _ => "unknown",
        };
    }

    /// <summary>The certificate that comes with a successful answer: the responder's.</summary>
    public static X509Certificate2 ResponderOf(byte[] response) =>
        X509CertificateLoader.LoadCertificate(((BasicOcspResp)new OcspResp(response).GetResponseObject()).GetCerts()[0].GetEncoded());

    /// <summary>The status alone of what is expected to be an error.</summary>
    public static OcspResponseStatus StatusOf(Answer answer)
    {
        Assert.Equal("application/ocsp-response", answer.MediaType);
        return (OcspResponseStatus)new OcspResp(answer.Body).Status;
    }

    public static void RequireOk(Answer answer) => Assert.Equal(HttpStatusCode.OK, answer.Status);
}

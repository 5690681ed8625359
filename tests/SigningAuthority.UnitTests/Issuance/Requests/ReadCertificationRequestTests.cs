using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Requests;
using Xunit;

namespace SigningAuthority.UnitTests.Issuance.Requests;

public sealed class ReadCertificationRequestTests
{
    private static readonly string Pem = new RequestBuilder().ToPem();
    private static readonly byte[] Der = new RequestBuilder().ToDer();

    private static readonly Dictionary<string, string> BodiesWithOneRequest = new()
    {
        ["as written"] = Pem,
        ["with a line's end"] = Pem + "\n",
        ["lines of Windows"] = Pem.ReplaceLineEndings("\r\n"),
        ["the older label"] = Pem.Replace("CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"),
        ["a byte order mark"] = "\uFEFF" + Pem,
        ["text on both sides"] =
            "Certificate Request:\n    Data:\n        Version: 1 (0x0)\n" + Pem + "\n-- \nThe line below, with é and \u0000.\n",
        ["text that begins as DER does"] = "0 is how this text begins\n" + Pem,
    };

    public static TheoryData<string> Surroundings => [.. BodiesWithOneRequest.Keys];

    public static TheoryData<string> BodiesWithNone =>
        new(
            "hello",
            "%PDF-1.7",
            "MIICVjCCAT4CAQAwETEPMA0GA1UEAwwG",
            "{\"csr\":\"\"}",
            "\0\0\0\0",
            "-----BEGIN-----",
            "-----BEGIN certificate request-----"
        );

    [Theory]
    [MemberData(nameof(Surroundings))]
    public void A_PEM_block_is_found_whatever_text_stands_around_it(string what) =>
        Assert.Equal(Der, Read(BodiesWithOneRequest[what]).Request?.Der.ToArray());

    [Fact]
    public void DER_is_read_as_it_is()
    {
        var request = Assert.IsType<CertificationRequest>(ReadCertificationRequest.Read(Der).Request);
        Assert.Equal("sprov.callme.com", request.CommonName);
        Assert.Equal(ProofOfPossession.Proven, request.ProofOfPossession);
        Assert.Equal(SHA256.HashData(Der), request.Sha256);
        Assert.Equal(SHA256.HashData(TestKeys.Provider.ExportSubjectPublicKeyInfo()), request.Key.Sha256);
        Assert.Equal((2048, "010001"), (request.Key.Bits, Convert.ToHexString(request.Key.Exponent.Span)));
    }

    [Fact]
    public void A_request_made_by_the_platform_is_read()
    {
        var made = new CertificateRequest("CN=pv.telco.net", TestKeys.Provider, HashAlgorithmName.SHA384, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("pv.telco.net");
        made.CertificateExtensions.Add(names.Build());
        var request = Read(made.CreateSigningRequestPem()).Request;
        Assert.Equal(["DNS:pv.telco.net"], request?.Attributes.SubjectAlternativeNames.Select(name => name.ToString()));
        Assert.Equal(ProofOfPossession.Proven, request?.ProofOfPossession);
    }

    [Theory]
    [MemberData(nameof(BodiesWithNone))]
    public void A_body_that_is_neither_PEM_nor_DER_is_named_so(string body) => AssertRefused("csr-not-pem-or-der", Read(body));

    [Fact]
    public void An_empty_body_is_refused() => AssertRefused("csr-empty", ReadCertificationRequest.Read(ReadOnlyMemory<byte>.Empty));

    [Fact]
    public void Bodies_are_read_to_16_KiB_and_no_further()
    {
        var padding = new string('#', ReadCertificationRequest.MaximumBytes - Pem.Length - 1) + "\n";
        Assert.NotNull(Read(padding + Pem).Request);
        AssertRefused("csr-too-large", Read("#" + padding + Pem));
    }

    [Fact]
    public void A_truncated_PEM_block_is_refused_wherever_it_ends()
    {
        var end = Pem.LastIndexOf("-----", StringComparison.Ordinal);
        for (var length = "-----BEGIN CERTIFICATE REQUEST-----".Length; length < end; length += 7)
            AssertRefused("csr-truncated", Read(Pem[..length]));
    }

    [Fact]
    public void Truncated_DER_is_refused_wherever_it_ends()
    {
        for (var length = 1; length < Der.Length; length++)
            AssertRefused("csr-truncated", ReadCertificationRequest.Read(Der.AsMemory(0, length)));
    }

    [Fact]
    public void Truncated_DER_in_a_whole_PEM_block_is_refused() =>
        AssertRefused("csr-truncated", Read(PemEncoding.WriteString("CERTIFICATE REQUEST", Der.AsSpan(0, Der.Length - 3))));

    [Fact]
    public void A_block_with_characters_that_are_no_base64_is_refused() =>
        AssertRefused("csr-truncated", Read(Pem.Replace("\nMII", "\nM*I")));

    [Fact]
    public void Several_blocks_are_refused()
    {
        AssertRefused("csr-several-blocks", Read(Pem + "\n" + new RequestBuilder().WithCommonName("pv.telco.net").ToPem()));
        AssertRefused("csr-several-blocks", Read(Pem + "\n-----BEGIN CERTIFICATE-----\n"));
    }

    [Fact]
    public void A_certificate_is_refused_by_its_label_and_by_its_bytes()
    {
        var made = new CertificateRequest("CN=sprov.callme.com", TestKeys.Provider, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = made.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(1));
        var violation = AssertRefused("csr-wrong-pem-label", Read(certificate.ExportCertificatePem()));
        Assert.Equal("CERTIFICATE", violation.Actual);
        AssertRefused("csr-malformed", ReadCertificationRequest.Read(certificate.RawData));
        AssertRefused("csr-wrong-pem-label", Read(TestKeys.Provider.ExportRSAPublicKeyPem()));
        AssertRefused("csr-malformed", ReadCertificationRequest.Read(TestKeys.Provider.ExportRSAPublicKey()));
        AssertRefused("csr-malformed", ReadCertificationRequest.Read(TestKeys.Provider.ExportSubjectPublicKeyInfo()));
    }

    [Fact]
    public void Whatever_follows_the_request_is_refused()
    {
        AssertRefused("csr-malformed", ReadCertificationRequest.Read((byte[])[.. Der, 0x00]));
        AssertRefused("csr-malformed", ReadCertificationRequest.Read((byte[])[.. Der, .. Der]));
        AssertRefused("csr-malformed", Read(PemEncoding.WriteString("CERTIFICATE REQUEST", (byte[])[.. Der, 0x0A])));
    }

    [Fact]
    public void A_refusal_says_what_was_expected_where_the_rule_is_from_and_what_mends_it()
    {
        var violation = AssertRefused("csr-not-pem-or-der", Read("hello"));
        Assert.Equal("csr", violation.Field);
        Assert.Contains("RFC 7468", violation.Source);
        Assert.StartsWith("openssl req -new -newkey rsa:2048", violation.Fix);
    }

    private static ReadOutcome Read(string body) => ReadCertificationRequest.Read(Encoding.UTF8.GetBytes(body));

    private static Violation AssertRefused(string code, ReadOutcome outcome)
    {
        Assert.Null(outcome.Request);
        var violation = Assert.Single(outcome.Violations);
        Assert.Equal(code, violation.Code);
        return violation;
    }
}

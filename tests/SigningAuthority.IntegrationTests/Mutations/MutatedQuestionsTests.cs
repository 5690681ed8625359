using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.RevocationLists;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Ocsp;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Signer.Keys;
using SigningAuthority.Signer.Ocsp;
using SigningAuthority.Storage.Ocsp;
using SigningAuthority.UnitTests.Issuance;
using SigningAuthority.UnitTests.Mutations;
using Xunit;

namespace SigningAuthority.IntegrationTests.Mutations;

/// <summary>
/// Mutated OCSP requests through all that the key room does with a question but for the database: read anew, planned, encoded, linted,
/// signed, verified. The keys are new in each run: of a repeated case, hashes and signatures differ and nothing else.
/// </summary>
public sealed class MutatedQuestionsTests : IDisposable
{
    private const int Cases = 30_000;
    private const string Authority = "client";

    private static readonly DateTimeOffset Now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    // Good; revoked; on hold, by a clock that is ahead. All others were never issued.
    private static readonly Dictionary<string, CertificateStatus> Issued = new()
    {
        [Convert.ToHexString(Serial(0))] = new CertificateStatus(true, null, null, null),
        [Convert.ToHexString(Serial(1))] = new CertificateStatus(true, RevocationReason.KeyCompromise, Now.AddDays(-1), 1),
        [Convert.ToHexString(Serial(2))] = new CertificateStatus(true, RevocationReason.CertificateHold, Now.AddMinutes(5), 2),
    };

    private readonly RSA _issuerKey = RSA.Create(2048);
    private readonly RSA _responderKey = RSA.Create(2048);
    private readonly OcspMetrics _metrics;
    private readonly Responder _responder;
    private readonly AnswerBatch _answer;
    private int _signed;

    public MutatedQuestionsTests()
    {
        var time = new SettableTime(Now);
        var kept = new KeptResponders(time);
        _responder = new Responder(
            Authority,
            IssuerCertificate.Read(Certify("CN=Issuer", _issuerKey, 7)),
            OcspResponderCertificate.Read(Certify("CN=OCSP responder", _responderKey, 8)),
            new FileSigningKey(_responderKey)
        );
        kept.Replace([_responder]);
        _metrics = new OcspMetrics(kept, time);
        _answer = new AnswerBatch(
            kept,
            new SignAnswer(_metrics, NullLogger<SignAnswer>.Instance),
            AuthorityConfiguration.Load(Repository.CaConfig),
            time
        );
    }

    [Fact]
    public void Mutated_OCSP_questions_are_answered_or_have_a_status_and_none_takes_long()
    {
        MutationRun.Survive(new MutatedCases(MutationRun.Seed, Originals()), Cases, Survive);

        // About one in four is sent as it was.
        Assert.True(_signed >= Cases / 10, $"Only {_signed} of {Cases} got as far as the key.");
    }

    [Fact]
    public async Task An_answer_is_of_the_databases_time_where_this_process_s_clock_is_ahead()
    {
        var database = Now.AddMinutes(-9);
        var question = new OcspQuestion(Guid.Empty, Lane.Device, Authority, Originals()[0]);

        var answers = await _answer.RunAsync(
            [question],
            names =>
                Task.FromResult<IReadOnlyList<CertificateStatus>>([
                    .. names.Select(_ => new CertificateStatus(true, null, null, null) { ReadAt = database }),
                ])
        );

        Assert.Equal(database, Assert.Single(answers).ThisUpdate);
    }

    public void Dispose()
    {
        _metrics.Dispose();
        _responder.Issuer.Dispose();
        _responder.Certificate.Dispose();
        _issuerKey.Dispose();
        _responderKey.Dispose();
    }

    private void Survive(byte[] body)
    {
        var question = new OcspQuestion(Guid.Empty, Lane.Device, Authority, body);
        var answer = Assert.Single(_answer.RunAsync([question], StatusesOf).GetAwaiter().GetResult());
        Assert.Same(question, answer.Question);
        if (answer.Certificates.Count == 0)
        {
            // Of the question; never that an answer was unfit (internalError).
            Assert.Contains(
                (OcspResponseStatus)answer.Response[^1],
                new[] { OcspResponseStatus.MalformedRequest, OcspResponseStatus.Unauthorized }
            );
            return;
        }

        var asked = OcspRequest.Read(body).Request!;
        Assert.Equal(asked.Certificates.Count, answer.Certificates.Count);
        Assert.All(asked.Certificates, id => Assert.True(answer.Response.AsSpan().IndexOf(id.Der) >= 0));
        Assert.True(asked.Nonce is null || answer.Response.AsSpan().IndexOf(asked.Nonce) >= 0);
        Assert.True(answer.StoredAs is null || asked.Nonce is null);
        _signed++;
    }

    private static Task<IReadOnlyList<CertificateStatus>> StatusesOf(IReadOnlyList<CertificateName> names) =>
        Task.FromResult<IReadOnlyList<CertificateStatus>>([
            .. names.Select(name =>
                Issued.GetValueOrDefault(Convert.ToHexString(name.SerialNumber), new CertificateStatus(false, null, null, null))
            ),
        ]);

    /// <summary>With all that a question about certificates of ours may hold.</summary>
    private IReadOnlyList<byte[]> Originals() =>
        [
            SampleOcspRequests.Request([Id(0)]),
            SampleOcspRequests.Request([Id(1, ObjectIdentifiers.Sha256)]),
            SampleOcspRequests.Request([Id(2)], Nonce(32)),
            SampleOcspRequests.Request([Id(0), Id(1), Id(2), Id(3)], Nonce(1)),
            SampleOcspRequests.Request([.. Enumerable.Range(0, OcspRequest.MostCertificates).Select(number => Id(number))], Nonce(128)),
            SampleOcspRequests.Request([_responder.IdOf(_responder.OwnSerialNumber, ObjectIdentifiers.Sha1).Der]),
        ];

    private byte[] Id(int number, string hash = ObjectIdentifiers.Sha1) => _responder.IdOf(Serial(number), hash).Der;

    private static byte[] Nonce(int octets) => Asn.Extension(ObjectIdentifiers.OcspNonce, Asn.OctetString(new byte[octets]));

    /// <summary>As they are drawn: 16 octets, the first two bits 01.</summary>
    private static byte[] Serial(int number) => [0x41, .. new byte[14], (byte)number];

    /// <summary>By the issuer, be it its own.</summary>
    private byte[] Certify(string subject, RSA key, byte serial)
    {
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        using var issued = request.Create(
            new X500DistinguishedName("CN=Issuer"),
            X509SignatureGenerator.CreateForRSA(_issuerKey, RSASignaturePadding.Pkcs1),
            Now.AddYears(-1),
            Now.AddYears(10),
            [serial]
        );
        return issued.RawData;
    }
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Keys;
using SigningAuthority.Issuance.Ocsp;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Signer.Keys;
using SigningAuthority.Signer.Lanes;
using SigningAuthority.Signer.Ocsp;
using SigningAuthority.Storage.Ocsp;
using Xunit;

namespace SigningAuthority.IntegrationTests.Publication.Ocsp;

/// <summary>When a responder's key is made and when its certificate is renewed.</summary>
public sealed class PrepareResponderTests : IDisposable
{
    private static readonly AuthorityConfiguration Configuration = AuthorityConfiguration.Load(Repository.CaConfig);
    private static readonly AuthorityDefinition Client = Configuration.Authority("client");
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
    private static readonly RSA IssuerKey = RSA.Create(2048);
    private static readonly IssuerCertificate Issuer = MakeIssuer();

    private readonly string _folder = Directory.CreateTempSubdirectory("sa-responder-").FullName;
    private readonly FileKeyStore _store;
    private readonly PrepareResponder _prepare;

    public PrepareResponderTests()
    {
        File.WriteAllText(Path.Combine(_folder, "passphrase"), Guid.NewGuid().ToString("N"));
        _store = new FileKeyStore(_folder, Path.Combine(_folder, "passphrase"));
        _prepare = new PrepareResponder(_store, Configuration, new SignerIdentity(), new StandingTime(Now));
    }

    [Fact]
    public void The_first_key_is_made_in_the_token_and_signs_its_own_request()
    {
        var wanted = _prepare.Prepare(Client, Issuer, [])!;

        Assert.Equal((1, "ocsp-client-1"), (wanted.NewKey!.Number, wanted.NewKey.KeyLabel));
        using var key = _store.Open("ocsp-client-1");
        Assert.Equal(key.SubjectPublicKeyInfo, wanted.NewKey.SubjectPublicKeyInfo);
        Assert.Equal(key.SubjectPublicKeyInfo, ReadCertificationRequest.Read(wanted.Request.Csr).Request!.Key.SubjectPublicKeyInfo);
        Assert.Equal((RequestKind.OcspResponder, Lane.Device), (wanted.Request.Kind, wanted.Request.Lane));
        Assert.Equal([OcspKeyMade.TypeName, RequestSubmitted.TypeName], wanted.Entries.Select(entry => entry.Type));
    }

    [Fact]
    public void A_key_that_a_signer_made_before_it_died_is_taken_up()
    {
        using var made = _store.Create("ocsp-client-1", KeyAlgorithm.Parse("RSA-2048"));

        Assert.Equal(made.SubjectPublicKeyInfo, _prepare.Prepare(Client, Issuer, [])!.NewKey!.SubjectPublicKeyInfo);
    }

    [Fact]
    public void A_certificate_is_renewed_for_the_same_key_when_its_end_is_near_and_not_before()
    {
        var early = Row(certifiedUntil: Now.AddDays(Configuration.Policy.Ocsp.RenewDaysBefore).AddHours(1));
        Assert.Null(_prepare.Prepare(Client, Issuer, [early]));
        Assert.Equal(early.SubjectPublicKeyInfo, _prepare.Find([early], Issuer)!.Key.SubjectPublicKeyInfo);

        var near = early with { Certificate = Certify(early, Now.AddDays(Configuration.Policy.Ocsp.RenewDaysBefore).AddHours(-1)) };
        var wanted = _prepare.Prepare(Client, Issuer, [near])!;

        Assert.Null(wanted.NewKey);
        Assert.Equal(SHA256.HashData(near.SubjectPublicKeyInfo), wanted.Request.PublicKeySha256);
    }

    [Fact]
    public void A_key_that_served_its_days_is_followed_by_another_while_its_certificate_goes_on()
    {
        var old = Row(certifiedUntil: Now.AddDays(10)) with { CreatedAt = Now.AddDays(-Configuration.Policy.Ocsp.KeyDays).AddHours(-1) };

        Assert.Equal("ocsp-client-2", _prepare.Prepare(Client, Issuer, [old])!.NewKey!.KeyLabel);
        Assert.NotNull(_prepare.Find([old], Issuer));
    }

    [Fact]
    public void What_was_asked_for_a_moment_ago_is_not_asked_for_again()
    {
        var row = Row(certifiedUntil: null);

        Assert.Null(_prepare.Prepare(Client, Issuer, [row with { IsAsked = true }]));
        Assert.Null(_prepare.Prepare(Client, Issuer, [row with { LastAskedAt = Now.AddSeconds(-30) }]));
        Assert.Null(_prepare.Prepare(Client, Issuer, [row with { LastAskedAt = Now.AddMinutes(-2) }])!.NewKey);
    }

    [Fact]
    public void A_key_of_another_token_serves_nobody_here()
    {
        var here = Row(certifiedUntil: Now.AddDays(10));
        using var elsewhere = RSA.Create(2048);
        var there = here with { KeyLabel = "ocsp-client-9", Number = 9, SubjectPublicKeyInfo = elsewhere.ExportSubjectPublicKeyInfo() };

        Assert.Null(_prepare.Find([there], Issuer));
        Assert.Equal(10, _prepare.Prepare(Client, Issuer, [there])!.NewKey!.Number);
        // And a label that another key has here is not believed.
        Assert.Null(_prepare.Find([here with { SubjectPublicKeyInfo = there.SubjectPublicKeyInfo }], Issuer));
    }

    [Fact]
    public void A_certificate_that_has_ended_signs_nothing()
    {
        Assert.Null(_prepare.Find([Row(certifiedUntil: Now.AddMinutes(-1))], Issuer));
    }

    [Fact]
    public void What_lasts_as_long_as_its_issuer_is_not_renewed_and_for_an_issuer_that_has_ended_nothing_is_made()
    {
        using var ending = MakeIssuer(Now.AddDays(2));
        using var ended = MakeIssuer(Now.AddMinutes(-1));
        var whole = Row(certifiedUntil: ending.NotAfter);
        var shorter = whole with { Certificate = Certify(whole, Now.AddDays(1)) };

        Assert.Null(_prepare.Prepare(Client, ending, [whole]));
        Assert.NotNull(_prepare.Prepare(Client, ending, [shorter]));
        Assert.Null(_prepare.Prepare(Client, ended, [whole with { Certificate = null }]));
        Assert.Null(_prepare.Prepare(Client, ended, []));
    }

    [Fact]
    public void Each_request_in_vain_doubles_the_pause_before_the_next_up_to_an_hour()
    {
        var row = Row(certifiedUntil: null);
        bool Asks(int inVain, int minutes) =>
            _prepare.Prepare(Client, Issuer, [row with { InVain = inVain, LastAskedAt = Now.AddMinutes(-minutes).AddSeconds(-1) }])
                is not null;

        Assert.Equal((true, false, true), (Asks(0, 1), Asks(3, 7), Asks(3, 8)));
        Assert.Equal((false, true), (Asks(1000, 59), Asks(1000, 60)));
    }

    [Fact]
    public void A_key_that_somebody_else_has_signs_nothing_any_more_and_is_followed_by_another_at_once()
    {
        var lost = Row(certifiedUntil: Now.AddDays(10)) with { IsCompromised = true };

        Assert.Null(_prepare.Find([lost], Issuer));
        Assert.Equal("ocsp-client-2", _prepare.Prepare(Client, Issuer, [lost])!.NewKey!.KeyLabel);
        // A pause after what was asked for the lost key would leave nobody to answer meanwhile.
        var lately = lost with
        {
            LastAskedAt = Now.AddSeconds(-10),
            InVain = 6,
        };
        Assert.Equal("ocsp-client-2", _prepare.Prepare(Client, Issuer, [lately])!.NewKey!.KeyLabel);
    }

    [Fact]
    public void A_key_is_here_when_the_token_says_so_and_not_when_a_row_does()
    {
        var here = Row(certifiedUntil: null);
        using var elsewhere = RSA.Create(2048);
        RecordedResponderKey Recorded(string label, byte[] key) => new("client", label, key, SHA256.HashData(key));

        Assert.True(ResponderKeys.IsHere(_store, Recorded(here.KeyLabel, here.SubjectPublicKeyInfo)));
        Assert.False(ResponderKeys.IsHere(_store, Recorded(here.KeyLabel, elsewhere.ExportSubjectPublicKeyInfo())));
        Assert.False(ResponderKeys.IsHere(_store, Recorded("ocsp-client-7", elsewhere.ExportSubjectPublicKeyInfo())));
    }

    [Fact]
    public void A_revocation_by_a_clock_that_is_ahead_is_told_as_one_of_now()
    {
        var responder = _prepare.Find([Row(certifiedUntil: Now.AddDays(10))], Issuer)!;
        var id = responder.IdOf([7], ObjectIdentifiers.Sha256);
        var revoked = new CertificateStatus(true, RevocationReason.KeyCompromise, Now.AddMinutes(5), 1);

        var plan = PlanAnswer.Run(responder, [id], [revoked], null, Now, TimeSpan.FromHours(24));

        Assert.InRange(plan.ProducedAt, Now, Now.AddSeconds(5));
        Assert.Equal(new OcspCertificateStatus.Revoked(plan.ProducedAt, RevocationReason.KeyCompromise), plan.Singles[0].Status);
    }

    public void Dispose()
    {
        _prepare.Dispose();
        _store.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private OcspResponder Row(DateTimeOffset? certifiedUntil)
    {
        using var key = _store.Create("ocsp-client-1", KeyAlgorithm.Parse("RSA-2048"));
        var row = new OcspResponder(
            "client",
            1,
            "ocsp-client-1",
            key.SubjectPublicKeyInfo,
            Now.AddDays(-10),
            null,
            Now.AddDays(-10),
            false
        );
        return certifiedUntil is { } until ? row with { Certificate = Certify(row, until) } : row;
    }

    private static byte[] Certify(OcspResponder row, DateTimeOffset until)
    {
        var request = new CertificateRequest(
            new X500DistinguishedName("CN=OCSP responder"),
            PublicKey.CreateFromSubjectPublicKeyInfo(row.SubjectPublicKeyInfo, out _),
            HashAlgorithmName.SHA256
        );
        using var issued = request.Create(
            new X500DistinguishedName("CN=Issuer"),
            X509SignatureGenerator.CreateForRSA(IssuerKey, RSASignaturePadding.Pkcs1),
            Now.AddDays(-10),
            until,
            [1, 2, 3]
        );
        return issued.RawData;
    }

    private static IssuerCertificate MakeIssuer(DateTimeOffset? until = null)
    {
        var request = new CertificateRequest("CN=Issuer", IssuerKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        using var root = request.CreateSelfSigned(Now.AddYears(-1), until ?? Now.AddYears(10));
        return IssuerCertificate.Read(root.RawData);
    }

    private sealed class StandingTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}

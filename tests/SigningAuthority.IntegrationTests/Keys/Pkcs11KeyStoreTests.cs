using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.Issuance.Keys;
using SigningAuthority.Signer.Keys;
using Xunit;

namespace SigningAuthority.IntegrationTests.Keys;

[Collection(InProcessTokens.Name)]
public sealed class Pkcs11KeyStoreTests : IAsyncLifetime
{
    private static readonly byte[] Data = RandomNumberGenerator.GetBytes(700);
    private SoftHsmToken _token = null!;
    private Pkcs11KeyStore _store = null!;

    public async Task InitializeAsync()
    {
        _token = await SoftHsmToken.CreateForThisProcessAsync();
        _store = new Pkcs11KeyStore(new Pkcs11Options(SoftHsmToken.Module, _token.Label, _token.PinFile));
    }

    public async Task DisposeAsync()
    {
        _store.Dispose();
        await _token.DisposeAsync();
    }

    [Fact]
    public void An_RSA_key_made_in_the_token_signs_PKCS1_deterministically()
    {
        using var key = _store.Create("root", KeyAlgorithm.Rsa2048);

        var first = key.Sign(Data);

        Assert.Equal(KeyAlgorithm.Rsa2048, key.Algorithm);
        Assert.Equal(first, key.Sign(Data));
        Assert.Equal(first, key.SignHash(SHA256.HashData(Data)));
        Assert.True(PublicRsa(key).VerifyData(Data, first, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    [Fact]
    public void A_P256_key_made_in_the_token_signs_in_DER()
    {
        using var key = _store.Create("log", KeyAlgorithm.EcP256);
        using var verifier = ECDsa.Create();
        verifier.ImportSubjectPublicKeyInfo(key.SubjectPublicKeyInfo, out _);

        Assert.Equal(KeyAlgorithm.EcP256, key.Algorithm);
        Assert.True(verifier.VerifyData(Data, key.Sign(Data), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        Assert.True(verifier.VerifyHash(SHA256.HashData(Data), key.SignHash(SHA256.HashData(Data)), DSASignatureFormat.Rfc3279DerSequence));
    }

    [Fact]
    public void A_certificate_builder_signs_with_the_key_through_its_generator()
    {
        using var key = _store.Create("root", KeyAlgorithm.Rsa2048);
        var request = new CertificateRequest(new X500DistinguishedName("CN=Test Root"), key.Generator.PublicKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));

        using var root = request.Create(
            request.SubjectName,
            key.Generator,
            DateTimeOffset.UtcNow.AddMinutes(-1),
            DateTimeOffset.UtcNow.AddDays(1),
            [0x40]
        );

        using var chain = new X509Chain
        {
            ChainPolicy = { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck },
        };
        chain.ChainPolicy.CustomTrustStore.Add(root);
        Assert.True(chain.Build(root));
    }

    [Fact]
    public void A_label_in_use_is_never_overwritten()
    {
        using var key = _store.Create("root", KeyAlgorithm.Rsa2048);

        var fault = Assert.Throws<KeyStoreException>(() => _store.Create("root", KeyAlgorithm.EcP256));

        Assert.False(fault.IsTransient);
        using var again = _store.Open("root");
        Assert.Equal(key.SubjectPublicKeyInfo, again.SubjectPublicKeyInfo);
    }

    [Fact]
    public void A_key_that_is_not_there_is_no_transient_fault()
    {
        Assert.False(_store.Exists("absent"));
        Assert.False(Assert.Throws<KeyStoreException>(() => _store.Open("absent")).IsTransient);
    }

    [Theory]
    [InlineData("")]
    [InlineData("../root")]
    [InlineData("root;type=public")]
    [InlineData("-root")]
    public void A_label_that_could_be_read_as_something_else_is_rejected(string label) =>
        Assert.Throws<ArgumentException>(() => _store.Open(label));

    [Fact]
    public void A_wrong_PIN_is_tried_once_only_so_that_the_token_does_not_lock()
    {
        var pin = File.ReadAllText(_token.PinFile);
        File.WriteAllText(_token.PinFile, "wrong-wrong\n");

        Assert.False(Assert.Throws<KeyStoreException>(_store.Probe).IsTransient);
        var second = Assert.Throws<KeyStoreException>(_store.Probe);

        Assert.Contains("not tried again", second.Message);
        File.WriteAllText(_token.PinFile, pin);
        _store.Probe();
    }

    [Fact]
    public void Many_threads_sign_with_one_key_and_every_signature_verifies()
    {
        using var key = _store.Create("root", KeyAlgorithm.Rsa2048);
        var verifier = PublicRsa(key);

        Parallel.For(
            0,
            2000,
            new ParallelOptions { MaxDegreeOfParallelism = 32 },
            i =>
            {
                var data = BitConverter.GetBytes(i);
                Assert.True(verifier.VerifyData(data, key.Sign(data), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
            }
        );
    }

    private static RSA PublicRsa(SigningKey key)
    {
        var rsa = RSA.Create();
        rsa.ImportSubjectPublicKeyInfo(key.SubjectPublicKeyInfo, out _);
        return rsa;
    }
}

using System.Security.Cryptography;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Requests;
using Xunit;

namespace SigningAuthority.UnitTests.Issuance.Requests;

public sealed class PrivateKeyTextTests
{
    public static TheoryData<string> Keys()
    {
        using var rsa = RSA.Create(2048);
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return
        [
            rsa.ExportPkcs8PrivateKeyPem(),
            curve.ExportPkcs8PrivateKeyPem(),
            Convert.ToBase64String(rsa.ExportRSAPrivateKey()),
            "key: " + Convert.ToBase64String(curve.ExportECPrivateKey()),
            Convert.ToBase64String(curve.ExportPkcs8PrivateKey())[..100],
        ];
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_private_key_is_recognised_and_never_quoted(string text)
    {
        Assert.True(PrivateKeyText.IsIn(text));
        Assert.Equal("a private key (not kept)", Rule.Quote(text));
    }

    [Fact]
    public void Public_keys_digests_and_words_are_none()
    {
        using var rsa = RSA.Create(2048);
        Assert.False(PrivateKeyText.IsIn(Convert.ToBase64String(rsa.ExportSubjectPublicKeyInfo())));
        Assert.False(PrivateKeyText.IsIn(Convert.ToBase64String(rsa.ExportRSAPublicKey())[..40]));
        Assert.False(PrivateKeyText.IsIn(Convert.ToHexString(SHA256.HashData([1]))));
        Assert.False(PrivateKeyText.IsIn("a long note about nothing in particular, with SPA962 and 000E08ABCDEF in it"));
        Assert.False(PrivateKeyText.IsIn(null));
    }
}

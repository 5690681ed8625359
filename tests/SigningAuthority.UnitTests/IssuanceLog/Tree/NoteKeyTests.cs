using System.Security.Cryptography;
using SigningAuthority.IssuanceLog.Tree;
using Xunit;

namespace SigningAuthority.UnitTests.IssuanceLog.Tree;

public sealed class NoteKeyTests
{
    private const string Material =
        "AjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABNhtmPtrWm3U1eQXBogSMdGvXwBcK5AW5i0hrZLOC96l+smGNM7nwZ4QvFK/4sueRoVj//QP22Ni4Qt9DPfkWLc=";

    [Fact]
    public void A_verifier_key_reads_back()
    {
        var key = NoteKey.ParseVerifierKey("rekor.sigstore.dev+c0d23d6a+" + Material);
        Assert.Equal("rekor.sigstore.dev", key.Name);
        Assert.Equal(0xc0d23d6a, key.Id);
        Assert.Equal("rekor.sigstore.dev+c0d23d6a+" + Material, key.ToVerifierKey());
    }

    [Theory]
    [InlineData("")]
    [InlineData("name+12344556")]
    [InlineData("name+12345678+THIS_IS_NOT_BASE64!")]
    [InlineData("name+12345678+AwEB")]
    [InlineData("name+12345678+AgEB")]
    [InlineData("name+00000000+" + Material)]
    [InlineData("name+C0D23D6A+" + Material)]
    [InlineData("na me+c0d23d6a+" + Material)]
    public void Another_spelling_or_another_key_s_id_is_refused(string text) =>
        Assert.Throws<FormatException>(() => NoteKey.ParseVerifierKey(text));

    [Fact]
    public void A_key_on_another_curve_is_refused()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Assert.Throws<ArgumentException>(() => new NoteKey("log.example.com", other.ExportSubjectPublicKeyInfo()));
    }

    [Fact]
    public void An_RSA_key_is_refused()
    {
        using var other = RSA.Create(2048);
        Assert.Throws<ArgumentException>(() => new NoteKey("log.example.com", other.ExportSubjectPublicKeyInfo()));
    }

    [Fact]
    public void A_key_with_octets_after_it_is_refused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.Throws<ArgumentException>(() => new NoteKey("log.example.com", [.. key.ExportSubjectPublicKeyInfo(), 0]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("3006020100020100")]
    [InlineData("300602010102010100")]
    public void A_signature_of_any_shape_is_false_and_never_an_error(string hex) =>
        Assert.False(NoteKey.ParseVerifierKey("rekor.sigstore.dev+c0d23d6a+" + Material).Verify("text\n", Convert.FromHexString(hex)));
}

using System.Security.Cryptography;
using System.Text;
using SigningAuthority.IssuanceLog.Proofs;
using SigningAuthority.IssuanceLog.Tree;
using SigningAuthority.UnitTests.IssuanceLog.Tree;
using Xunit;

namespace SigningAuthority.UnitTests.IssuanceLog.Proofs;

public sealed class ReceiptTests : IDisposable
{
    private const string Origin = "log.example.com";

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly byte[][] _entries = [.. Enumerable.Range(0, 5).Select(i => Encoding.ASCII.GetBytes($"entry {i}"))];

    private NoteKey Key => new(Origin, _key.ExportSubjectPublicKeyInfo());

    public void Dispose() => _key.Dispose();

    [Fact]
    public void A_receipt_is_the_entry_its_index_its_path_and_the_checkpoint()
    {
        var receipt = Make(4);
        Assert.Equal(
            "c2sp.org/tlog-proof@v1\n"
                + "extra ZW50cnkgNA==\n"
                + "index 4\n"
                + $"{Convert.ToBase64String(receipt.Inclusion.Path[0])}\n"
                + $"\n{receipt.Checkpoint}",
            receipt.Format()
        );
    }

    [Fact]
    public void A_receipt_reads_back_and_proves_its_entry()
    {
        for (var index = 0; index < _entries.Length; index++)
        {
            var receipt = Receipt.Parse(Encoding.UTF8.GetBytes(Make(index).Format()));
            Assert.Equal(_entries[index], receipt.Entry);
            Assert.Equal(index, receipt.Inclusion.LeafIndex);
            Assert.Equal(ReceiptVerdict.Proven, receipt.Check(Key));
            Assert.True(receipt.Verify(Key));
        }
    }

    [Fact]
    public void An_altered_octet_anywhere_is_refused_or_proves_nothing()
    {
        var text = Encoding.UTF8.GetBytes(Make(2).Format());
        for (var i = 0; i < text.Length; i++)
        {
            var altered = text.ToArray();
            altered[i] ^= 1;
            Assert.False(Proves(altered), $"octet {i}");
            Assert.False(Proves([.. text[..i], .. text[(i + 1)..]]), $"without octet {i}");
        }
    }

    [Fact]
    public void Another_log_s_key_and_another_entry_are_told_apart()
    {
        var receipt = Make(1);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.Equal(ReceiptVerdict.AnotherKey, receipt.Check(new NoteKey(Origin, other.ExportSubjectPublicKeyInfo())));
        Assert.Equal(ReceiptVerdict.AnotherKey, receipt.Check(new NoteKey("other.example.com", _key.ExportSubjectPublicKeyInfo())));
        Assert.Equal(ReceiptVerdict.NotIncluded, (receipt with { Entry = _entries[2] }).Check(Key));
        Assert.Equal(ReceiptVerdict.NotIncluded, (receipt with { Inclusion = receipt.Inclusion with { LeafIndex = 2 } }).Check(Key));
    }

    // A key that signs for two logs proves nothing of one with the other's checkpoints.
    [Fact]
    public void A_checkpoint_of_another_origin_signed_with_the_same_key_is_refused()
    {
        var root = new Checkpoint("other.example.com", 5, Convert.FromBase64String("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="));
        var receipt = Make(1) with { Checkpoint = SignedNote.Parse(Sign(root.Body())) };
        Assert.Equal(ReceiptVerdict.AnotherKey, receipt.Check(Key));
    }

    [Theory]
    [InlineData("")]
    [InlineData("c2sp.org/tlog-proof@v1\n")]
    [InlineData("c2sp.org/tlog-proof@v1\nextra YQ==\nindex 0\n\n")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex 0\n\nlog\n1\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n\n— log AAAAAAA=\n")]
    [InlineData("c2sp.org/tlog-proof@v2\nextra YQ==\nindex 0\n\nlog\n1\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n\n— log AAAAAAA=\n")]
    [InlineData("c2sp.org/tlog-proof@v1\nextra YQ==\nindex 00\n\nlog\n1\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n\n— log AAAAAAA=\n")]
    [InlineData("c2sp.org/tlog-proof@v1\nextra YQ\nindex 0\n\nlog\n1\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n\n— log AAAAAAA=\n")]
    public void What_is_not_a_receipt_is_refused(string text) =>
        Assert.Throws<FormatException>(() => Receipt.Parse(Encoding.UTF8.GetBytes(text)));

    private bool Proves(byte[] text)
    {
        try
        {
            return Receipt.Parse(text).Verify(Key);
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private Receipt Make(int index)
    {
        var leaves = _entries.Select(entry => MerkleTree.LeafHash(entry)).ToArray();
        var head = new Checkpoint(Origin, leaves.Length, ReferenceTree.RootOf(leaves));
        return new Receipt(_entries[index], InclusionProof.Generate(leaves, index), SignedNote.Parse(Sign(head.Body())));
    }

    private string Sign(string body) =>
        SignedNote.Format(
            body,
            Origin,
            Key.Id,
            _key.SignData(Encoding.UTF8.GetBytes(body), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)
        );
}

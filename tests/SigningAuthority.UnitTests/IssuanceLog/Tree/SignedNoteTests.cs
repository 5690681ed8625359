using System.Security.Cryptography;
using System.Text;
using SigningAuthority.IssuanceLog.Tree;
using Xunit;

namespace SigningAuthority.UnitTests.IssuanceLog.Tree;

public sealed class SignedNoteTests
{
    private const string Name = "log.example.com/issuance";

    // Two public logs' keys and heads, as transparency-dev/formats tests with them.
    private const string RekorKey =
        "rekor.sigstore.dev+c0d23d6a+AjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABNhtmPtrWm3U1eQXBogSMdGvXwBcK5AW5i0hrZLOC96l+smGNM7nwZ4QvFK/4sueRoVj//QP22Ni4Qt9DPfkWLc=";
    private const string RekorNote =
        "Rekor\n798034\nf+7CoKgXKE/tNys9TTXcr/ad6U/K3xvznmzew9y6SP0=\n\n— rekor.sigstore.dev wNI9ajBEAiARInWIWyCdyG27CO6LPnPekyw20qO0YJfoaPaowGp/XgIgc+qEHS3+GKVClgqq20uDLet7MCoTURUCRdxwWBHHufk=\n";
    private const string PixelKey =
        "pixel6_transparency_log+91c16e30+AjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABN+4x0Jk1yTwvLFI9A4NDdGZcX0aiWVdWM5XJVy0M4VWD3AvyW5Q6Hs9A0mcDkpUoYgn+KKPNzFC0H3nN3q6JQ8=";
    private const string PixelNote =
        "DEFAULT\n10\nbsWRucJU5xJPHb5eBdOm6+DM+VelCZBuvtI3sHERJ9Y=\n\n— pixel6_transparency_log kcFuMDBFAiEAhqMAP8P6qf6QxtUJhzMhbN+MbZ9dwfUHzGQJmffJHtoCIGD0cNe47dHWBoPwYdgBCepB06/+g5O1FmYjXl06owL4\n";

    [Theory]
    [InlineData(RekorKey, RekorNote, 798_034)]
    [InlineData(PixelKey, PixelNote, 10)]
    public void Heads_of_public_logs_verify(string verifierKey, string note, long size)
    {
        var parsed = SignedNote.Parse(note);
        Assert.True(parsed.IsSignedBy(NoteKey.ParseVerifierKey(verifierKey)));
        Assert.Equal(size, Checkpoint.Parse(parsed.Text).Size);
    }

    [Fact]
    public void One_log_has_not_signed_for_another() =>
        Assert.False(SignedNote.Parse(RekorNote).IsSignedBy(NoteKey.ParseVerifierKey(PixelKey)));

    [Fact]
    public void A_note_that_is_formatted_verifies_from_its_bytes()
    {
        using var secret = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var key = new NoteKey(Name, secret.ExportSubjectPublicKeyInfo());
        var body = new Checkpoint(Name, 8, ReferenceTree.Root(8)).Body();
        var note = Sign(secret, key, body);

        var parsed = SignedNote.Parse(Encoding.UTF8.GetBytes(note));
        Assert.Equal(body, parsed.Text);
        Assert.True(parsed.IsSignedBy(key));
        Assert.True(parsed.IsSignedBy(NoteKey.ParseVerifierKey(key.ToVerifierKey())));
    }

    [Fact]
    public void An_altered_text_is_not_signed()
    {
        var altered = SignedNote.Parse(RekorNote.Replace("798034", "798035"));
        Assert.False(altered.IsSignedBy(NoteKey.ParseVerifierKey(RekorKey)));
    }

    [Fact]
    public void Signatures_of_unknown_keys_are_ignored()
    {
        var witnessed = SignedNote.Parse(RekorNote + "— witness.example AAAAAQIDBA==\n");
        Assert.Equal(2, witnessed.Signatures.Count);
        Assert.True(witnessed.IsSignedBy(NoteKey.ParseVerifierKey(RekorKey)));
    }

    [Fact]
    public void A_wrong_signature_of_the_key_spoils_the_note_beside_a_right_one()
    {
        var line = RekorNote[RekorNote.IndexOf('—')..];
        var note = SignedNote.Parse(RekorNote + line.Replace("ufk=", "ufg="));
        Assert.False(note.IsSignedBy(NoteKey.ParseVerifierKey(RekorKey)));
    }

    [Fact]
    public void The_name_alone_or_the_id_alone_is_another_key()
    {
        var rekor = NoteKey.ParseVerifierKey(RekorKey);
        Assert.False(SignedNote.Parse(RekorNote).IsSignedBy(new NoteKey("other.example", rekor.SubjectPublicKeyInfo)));
        Assert.False(SignedNote.Parse(RekorNote.Replace("wNI9aj", "wNI9bj")).IsSignedBy(rekor));
    }

    [Fact]
    public void A_text_may_hold_empty_lines()
    {
        using var secret = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var key = new NoteKey(Name, secret.ExportSubjectPublicKeyInfo());
        var parsed = SignedNote.Parse(Sign(secret, key, "one\n\ntwo — three\n"));
        Assert.Equal("one\n\ntwo — three\n", parsed.Text);
        Assert.True(parsed.IsSignedBy(key));
    }

    [Theory]
    [InlineData("")]
    [InlineData("text\n")]
    [InlineData("text\n\n")]
    [InlineData("text\n\n— name AAAAAQI=")]
    [InlineData("text\n\n- name AAAAAQI=\n")]
    [InlineData("text\n\n— na me AAAAAQI=\n")]
    [InlineData("text\n\n— na+me AAAAAQI=\n")]
    [InlineData("text\n\n— name AAAAAQ==\n")]
    [InlineData("text\n\n— name AAAAAQJ=\n")]
    [InlineData("text\n\n— name !\n")]
    [InlineData("te\u0001xt\n\n— name AAAAAQI=\n")]
    [InlineData("text\r\n\r\n— name AAAAAQI=\r\n")]
    public void What_is_not_a_note_is_refused(string note) => Assert.Throws<FormatException>(() => SignedNote.Parse(note));

    [Fact]
    public void Bytes_that_are_not_UTF_8_are_refused() =>
        Assert.Throws<FormatException>(() => SignedNote.Parse([0x74, 0xFF, 0x0A, 0x0A, 0x0A]));

    [Fact]
    public void A_witness_adds_its_line_and_both_hold()
    {
        using var secret = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var witnessSecret = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var key = new NoteKey(Name, secret.ExportSubjectPublicKeyInfo());
        var witness = new NoteKey("witness.example.com", witnessSecret.ExportSubjectPublicKeyInfo());
        var note = SignedNote.Parse(Sign(secret, key, "text\n"));
        var cosignature = SignedNote.Parse(Sign(witnessSecret, witness, "text\n")).Signatures[0];

        var both = note.With(cosignature).With(cosignature);
        Assert.Equal($"{note}{both.ToString()[note.ToString().Length..]}", both.ToString());
        Assert.Equal([Name, "witness.example.com"], both.Signatures.Select(s => s.KeyName));
        Assert.True(both.IsSignedBy(key) && both.IsSignedBy(witness));
        Assert.True(SignedNote.Parse(both.ToString()).IsSignedBy(witness));
        Assert.False(note.IsSignedBy(witness));
    }

    [Fact]
    public void A_note_without_signature_is_not_written() => Assert.Throws<ArgumentException>(() => SignedNote.Format("text\n", []));

    private static string Sign(ECDsa key, NoteKey noteKey, string body)
    {
        var signature = key.SignData(Encoding.UTF8.GetBytes(body), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return SignedNote.Format(body, noteKey.Name, noteKey.Id, signature);
    }
}

using System.Security.Cryptography;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using SigningAuthority.Issuance.Approvals;
using SigningAuthority.Issuance.Requests;
using Xunit;

namespace SigningAuthority.UnitTests.Issuance.Approvals;

public sealed class ApprovalStatementTests
{
    private static readonly ApprovalSubject Subject = new(
        new SigningRequestId(new Guid("01930000-0000-7000-8000-0000000000ab")),
        new string('a', 64),
        Fqdn.Parse("pv.telco.net"),
        ["SPA962", "SPA504G@7.5.6"],
        ["sipura", "cisco-2k"],
        "provider/telco"
    );

    private static readonly ApprovalStatement Statement = new(
        Subject,
        OfficerVerdict.Approve,
        "checked with the customer",
        OfficerName.Parse("alice"),
        new Guid("01930000-0000-7000-8000-0000000000cd"),
        new DateTimeOffset(2026, 11, 20, 13, 0, 0, TimeSpan.FromHours(1))
    );

    [Fact]
    public void A_statement_has_the_text_that_officers_have_signed_since_the_first_one() =>
        Assert.Equal(
            """
            signing-authority officer-decision v1
            request: 01930000-0000-7000-8000-0000000000ab
            csr-sha256: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
            fqdn: pv.telco.net
            device: SPA962
            device: SPA504G@7.5.6
            generation: cisco-2k
            generation: sipura
            submitted-by: provider/telco
            decision: approve
            reason: checked with the customer
            officer: alice
            officer-id: 01930000-0000-7000-8000-0000000000cd
            at: 2026-11-20T12:00:00Z

            """.ReplaceLineEndings("\n"),
            Encoding.UTF8.GetString(Statement.Encode())
        );

    [Fact]
    public void No_value_can_pretend_to_be_another_line()
    {
        var sly = Statement with { Reason = "no\ndecision: approve", Verdict = OfficerVerdict.Refuse };
        Assert.Equal(Statement.ToString().Count(c => c == '\n'), sly.ToString().Count(c => c == '\n'));
        Assert.True(SentStatement.TryRead(sly.ToString(), out var read));
        Assert.Equal((OfficerVerdict.Refuse, "no\ndecision: approve"), (read.Verdict, read.Reason));
    }

    [Fact]
    public void Whatever_the_reason_two_statements_never_have_one_text_and_each_reads_back()
    {
        Prop.ForAll<string?, string?>(
                (first, second) =>
                {
                    var (one, other) = (Statement with { Reason = first ?? "" }, Statement with { Reason = second ?? "" });
                    return (one.ToString() == other.ToString()) == (one.Reason == other.Reason)
                        && SentStatement.TryRead(one.ToString(), out var read)
                        && read.Reason == one.Reason;
                }
            )
            .QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("decision: approve", "decision: perhaps")]
    [InlineData("decision: approve", "decision: approve\ndecision: refuse")]
    [InlineData("at: 2026-11-20T12:00:00Z", "at: yesterday")]
    [InlineData("officer-decision v1", "officer-decision v2")]
    [InlineData("reason: checked", "reason: \\checked")]
    public void What_is_no_statement_is_not_read(string from, string to) =>
        Assert.False(SentStatement.TryRead(Statement.ToString().Replace(from, to), out _));

    [Fact]
    public void A_signature_holds_for_every_octet_of_its_statement_and_for_one_key()
    {
        using var alice = new TestOfficer("alice");
        using var bob = new TestOfficer("bob");
        var signature = alice.Sign(Statement.Encode());
        Assert.True(alice.Key.Verifies(Statement.Encode(), signature));
        Assert.False(bob.Key.Verifies(Statement.Encode(), signature));
        foreach (
            var other in (ApprovalStatement[])
                [
                    Statement with
                    {
                        Verdict = OfficerVerdict.Refuse,
                    },
                    Statement with
                    {
                        Reason = "another",
                    },
                    Statement with
                    {
                        At = Statement.At.AddSeconds(1),
                    },
                    Statement with
                    {
                        OfficerId = Guid.Empty,
                    },
                    Statement with
                    {
                        Subject = Subject with { CsrSha256 = new string('b', 64) },
                    },
                    Statement with
                    {
                        Subject = Subject with { Devices = ["SPA962"] },
                    },
                    Statement with
                    {
                        Subject = Subject with { Generations = ["sipura"] },
                    },
                    Statement with
                    {
                        Subject = Subject with { SubmittedBy = "provider/other" },
                    },
                ]
        )
            Assert.False(alice.Key.Verifies(other.Encode(), signature), other.ToString());
        Assert.False(alice.Key.Verifies(Statement.Encode(), []));
        Assert.False(alice.Key.Verifies(Statement.Encode(), new byte[70]));
    }

    [Fact]
    public void Only_a_public_key_on_p256_is_an_officers()
    {
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var rsa = RSA.Create(2048);
        using var good = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.False(OfficerKey.TryRead(p384.ExportSubjectPublicKeyInfo(), out _));
        Assert.False(OfficerKey.TryRead(rsa.ExportSubjectPublicKeyInfo(), out _));
        Assert.False(OfficerKey.TryRead([.. good.ExportSubjectPublicKeyInfo(), 0], out _));
        Assert.False(OfficerKey.TryRead([], out _));
        Assert.False(OfficerKey.TryReadPem(good.ExportPkcs8PrivateKeyPem(), out _));
        Assert.True(OfficerKey.TryReadPem(good.ExportSubjectPublicKeyInfoPem() + "\n", out var key));
        Assert.Equal(good.ExportSubjectPublicKeyInfo(), key.SubjectPublicKeyInfo.ToArray());
    }
}

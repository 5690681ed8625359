using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.X509;
using Org.BouncyCastle.X509.Extension;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.RevocationLists;
using SigningAuthority.UnitTests.Issuance.Certificates;
using Xunit;

namespace SigningAuthority.UnitTests.Issuance.RevocationLists;

/// <summary>Complete lists, deltas and shards, as OpenSSL, BouncyCastle and the platform see them.</summary>
public sealed class RevocationListTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("lists-").FullName;

    public RevocationListTests()
    {
        Write("root.pem", "CERTIFICATE", SamplePlans.Issuer.Der);
        Write("leaf.pem", "CERTIFICATE", SamplePlans.Sign(SamplePlans.ToBeSigned("cn-mac")));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_complete_list_turns_away_the_revoked_and_nobody_else()
    {
        WriteList("other.crl", MadeList.Complete(), MadeList.Entries(3));
        WriteList("with.crl", MadeList.Complete(), MadeList.InOrder([.. MadeList.Entries(3), MadeList.Entry(SamplePlans.Serial)]));
        AssertAccepted("-crl_check -x509_strict -CRLfile other.crl");
        AssertAccepted("-crl_check_all -x509_strict -CRLfile other.crl");
        AssertRefused("certificate revoked", "-crl_check -x509_strict -CRLfile with.crl");
    }

    [Fact]
    public void A_list_without_entries_is_a_list()
    {
        WriteList("empty.crl", MadeList.Complete());
        AssertAccepted("-crl_check_all -x509_strict -CRLfile empty.crl");
        Assert.Contains("No Revoked Certificates", OpenSsl.RunInShell("openssl crl -in empty.crl -noout -text", _folder));
    }

    /// <summary>The certificate names shard 2 (RFC 5280 §6.3.3 (b) (2) (i)): a list of another point says nothing of it.</summary>
    [Fact]
    public void A_shard_answers_for_the_certificates_that_name_it_alone()
    {
        WriteList("own.crl", MadeList.Shard(2), MadeList.Entries(2));
        WriteList("revoked.crl", MadeList.Shard(2), MadeList.Entry(SamplePlans.Serial));
        WriteList("other.crl", MadeList.Shard(1), MadeList.Entry(SamplePlans.Serial));
        WriteList("complete.crl", MadeList.Complete());
        AssertAccepted("-crl_check -x509_strict -CRLfile own.crl");
        AssertRefused("certificate revoked", "-crl_check -x509_strict -CRLfile revoked.crl");
        AssertRefused("different CRL scope", "-crl_check -x509_strict -CRLfile other.crl");
        // The root itself names no shard: who checks all of the chain has the complete list besides.
        AssertAccepted("-crl_check_all -x509_strict -CRLfile own.crl -CRLfile complete.crl");
    }

    [Fact]
    public void A_delta_revokes_and_releases_on_top_of_its_base()
    {
        WriteList("base.crl", MadeList.Complete(), MadeList.Entries(2));
        WriteList("held.crl", MadeList.Complete(), MadeList.Entry(SamplePlans.Serial, RevocationReason.CertificateHold));
        WriteList("revokes.crl", MadeList.Delta(), MadeList.Entry(SamplePlans.Serial));
        WriteList("releases.crl", MadeList.Delta(), MadeList.Entry(SamplePlans.Serial, RevocationReason.RemoveFromCrl));
        WriteList("nothing.crl", MadeList.Delta());
        const string Deltas = "-crl_check -x509_strict -extended_crl -use_deltas ";
        AssertAccepted(Deltas + "-CRLfile base.crl -CRLfile nothing.crl");
        AssertRefused("certificate revoked", Deltas + "-CRLfile base.crl -CRLfile revokes.crl");
        AssertRefused("certificate revoked", "-crl_check -x509_strict -CRLfile held.crl");
        AssertAccepted(Deltas + "-CRLfile held.crl -CRLfile releases.crl");
    }

    [Fact]
    public void OpenSSL_prints_what_was_planned()
    {
        WriteList("all.crl", MadeList.Complete(), MadeList.InOrder([.. AllReasons()]));
        Assert.Contains("verify OK", OpenSsl.RunInShell("openssl crl -in all.crl -noout -CAfile root.pem 2>&1", _folder));
        var text = OpenSsl.RunInShell("openssl crl -in all.crl -noout -text", _folder);
        Assert.Contains("X509v3 CRL Number: \n                7", text);
        Assert.Contains(
            "X509v3 Freshest CRL: \n                Full Name:\n                  URI:http://pki.example.com:8080/pki/crl/client.delta.crl",
            text
        );
        foreach (
            var reason in new[]
            {
                "Key Compromise",
                "CA Compromise",
                "Affiliation Changed",
                "Superseded",
                "Cessation Of Operation",
                "Certificate Hold",
                "Privilege Withdrawn",
                "AA Compromise",
            }
        )
            Assert.Contains(reason, text);
        Assert.DoesNotContain("Unspecified", text);

        WriteList("shard.crl", MadeList.Shard(2));
        Assert.Contains(
            "X509v3 Issuing Distribution Point: critical",
            OpenSsl.RunInShell("openssl crl -in shard.crl -noout -text", _folder)
        );
        WriteList("delta.crl", MadeList.Delta());
        Assert.Contains("X509v3 Delta CRL Indicator: critical", OpenSsl.RunInShell("openssl crl -in delta.crl -noout -text", _folder));
    }

    [Fact]
    public void BouncyCastle_reads_what_was_planned()
    {
        var issuer = new X509CertificateParser().ReadCertificate(SamplePlans.Issuer.Der);
        var entries = MadeList.InOrder([.. AllReasons()]);
        foreach (var plan in new[] { MadeList.Complete(), MadeList.Delta(), MadeList.Shard(2) })
        {
            var list = new X509CrlParser().ReadCrl(MadeList.Signed(plan, entries));
            list.Verify(issuer.GetPublicKey());
            Assert.Equal(2, list.Version);
            Assert.Equal(issuer.SubjectDN, list.IssuerDN);
            Assert.Equal((plan.ThisUpdate.UtcDateTime, plan.NextUpdate.UtcDateTime), (list.ThisUpdate, list.NextUpdate.Value));
            Assert.Equal(plan.Number, NumberIn(list, X509Extensions.CrlNumber));
            Assert.Equal(
                plan.BaseNumber,
                list.GetExtensionValue(X509Extensions.DeltaCrlIndicator) is null ? null : NumberIn(list, X509Extensions.DeltaCrlIndicator)
            );
            var read = list.GetRevokedCertificates()
                .Cast<X509CrlEntry>()
                .OrderBy(entry => entry.SerialNumber.ToString(16), StringComparer.Ordinal)
                .ToList();
            Assert.Equal(
                entries.Select(entry => entry.SerialNumber.Hex),
                read.Select(entry => entry.SerialNumber.ToString(16).ToUpperInvariant())
            );
            Assert.Equal(entries.Select(entry => entry.RevokedAt.UtcDateTime), read.Select(entry => entry.RevocationDate));
            Assert.Equal(
                entries.Select(entry => (int)entry.Reason),
                read.Select(entry =>
                    entry.GetExtensionValue(X509Extensions.ReasonCode) is { } reason
                        ? DerEnumerated.GetInstance(X509ExtensionUtilities.FromExtensionValue(reason)).Value.IntValue
                        : 0
                )
            );
            var critical = list.GetCriticalExtensionOids().Cast<string>().ToList();
            Assert.Equal(plan.BaseNumber is not null, critical.Contains("2.5.29.27"));
            Assert.Equal(plan.DistributionPoint is not null, critical.Contains("2.5.29.28"));
        }
    }

    /// <summary>Lengths of one, two and three octets, and the change of the times' form in 2050.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(1400)]
    public void Lists_of_every_length_are_read_by_the_platform(int count)
    {
        var plan = MadeList.Complete() with { ThisUpdate = MadeList.Now.AddYears(22), NextUpdate = MadeList.Now.AddYears(24) };
        var list = MadeList.Signed(plan, MadeList.Entries(count));
        CertificateRevocationListBuilder.Load(list, out var number, out var consumed);
        Assert.Equal((plan.Number, list.Length), ((long)number, consumed));
        Assert.Equal(plan.NextUpdate.UtcDateTime, new X509CrlParser().ReadCrl(list).NextUpdate.Value);
    }

    [Theory]
    [InlineData("01")]
    [InlineData("7F")]
    [InlineData("80")]
    [InlineData("FF00")]
    [InlineData("7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF")]
    public void Serial_numbers_of_every_length_are_encoded_as_BouncyCastle_does(string hex)
    {
        var entry = MadeList.Entry(CertificateSerialNumber.FromBytes(Convert.FromHexString(hex))) with
        {
            RevokedAt = new DateTimeOffset(2051, 2, 3, 4, 5, 6, TimeSpan.Zero),
        };
        var octets = ToBeSignedRevocationList.EncodeEntry(entry);
        Assert.True(octets.Length <= ToBeSignedRevocationList.MostEntryOctets);
        var read = (Asn1Sequence)Asn1Object.FromByteArray(octets);
        Assert.Equal(octets, read.GetDerEncoded());
        Assert.Equal(hex, Convert.ToHexString(((DerInteger)read[0]).PositiveValue.ToByteArrayUnsigned()));
        Assert.Equal("20510203040506Z", ((DerGeneralizedTime)read[1]).TimeString);
    }

    [Fact]
    public void What_is_no_serial_number_is_not_encoded()
    {
        var octets = new byte[ToBeSignedRevocationList.MostEntryOctets];
        foreach (
            var serial in new[]
            {
                "",
                "00",
                "0001",
                "80FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF",
                "7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF",
            }
        )
            Assert.Throws<ArgumentException>(() =>
                ToBeSignedRevocationList.EncodeEntry(Convert.FromHexString(serial), MadeList.Now, RevocationReason.Unspecified, octets)
            );
        Assert.Throws<ArgumentException>(() =>
            ToBeSignedRevocationList.EncodeTail(
                MadeList.Delta() with
                {
                    FreshestCrl = SamplePlans.Publication.DeltaCrl("client"),
                },
                SamplePlans.Issuer
            )
        );
    }

    [Fact]
    public void The_issuer_verifies_a_list_by_its_hash()
    {
        var toBeSigned = MadeList.ToBeSigned(MadeList.Complete());
        var signature = TestKeys.Authority.SignData(toBeSigned, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        Assert.True(SamplePlans.Issuer.VerifiesHash(SHA256.HashData(toBeSigned), signature));
        Assert.False(SamplePlans.Issuer.VerifiesHash(SHA256.HashData(toBeSigned.AsSpan(1)), signature));
    }

    private static IEnumerable<RevocationListEntry> AllReasons() =>
        Enum.GetValues<RevocationReason>()
            .Where(reason => reason != RevocationReason.RemoveFromCrl)
            .Select(reason => MadeList.Entry(CertificateSerialNumber.Draw(), reason));

    private static long NumberIn(X509Crl list, DerObjectIdentifier oid) =>
        DerInteger.GetInstance(X509ExtensionUtilities.FromExtensionValue(list.GetExtensionValue(oid))).Value.LongValue;

    private void AssertAccepted(string options) => Assert.Equal("leaf.pem: OK\n", OpenSsl.RunInShell(Verify(options), _folder));

    private void AssertRefused(string reason, string options) =>
        Assert.Contains(reason, OpenSsl.RunInShell($"! {Verify(options)} 2>&1", _folder));

    private static string Verify(string options) =>
        $"openssl verify -attime {MadeList.Now.ToUnixTimeSeconds()} -CAfile root.pem {options} leaf.pem";

    private void WriteList(string name, RevocationListPlan plan, params IReadOnlyList<RevocationListEntry> entries) =>
        Write(name, "X509 CRL", MadeList.Signed(plan, entries));

    private void Write(string name, string label, byte[] der) =>
        File.WriteAllText(Path.Combine(_folder, name), PemEncoding.WriteString(label, der) + "\n");
}

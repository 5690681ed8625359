using Org.BouncyCastle.Math;
using Org.BouncyCastle.Ocsp;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Ocsp;
using SigningAuthority.UnitTests.Issuance.Certificates;
using Xunit;
using Status = SigningAuthority.Issuance.Ocsp.OcspResponseStatus;

namespace SigningAuthority.UnitTests.Issuance.Ocsp;

public sealed class OcspRequestTests
{
    private static readonly OcspCertId Id = OcspCertIds.Of(SamplePlans.Issuer, SamplePlans.Serial, ObjectIdentifiers.Sha1);

    [Fact]
    public void Requests_of_OpenSSL_are_read()
    {
        using var scene = new OcspScene();
        var serials = (string[])["a", "b", "c"] is var names ? names.Select(scene.MakeDevice).ToList() : [];
        scene.OpenSslOcsp("-issuer root.pem -cert a.pem -sha256 -cert b.pem -sha1 -cert c.pem -nonce -reqout request.der");
        var request = Read(scene.Read("request.der"));
        Assert.Equal(serials.Select(serial => serial.Hex), request.Certificates.Select(id => Convert.ToHexString(id.SerialNumber)));
        Assert.Equal(
            [ObjectIdentifiers.Sha1, ObjectIdentifiers.Sha256, ObjectIdentifiers.Sha1],
            request.Certificates.Select(id => id.HashAlgorithm)
        );
        Assert.All(request.Certificates, id => Assert.True(OcspCertIds.Matches(id, scene.Issuer)));
        Assert.All(
            request.Certificates.Zip(serials),
            pair => Assert.Equal(OcspCertIds.Of(scene.Issuer, pair.Second, pair.First.HashAlgorithm).Der, pair.First.Der)
        );
        Assert.InRange(request.Nonce!.Length, 16, 32);

        scene.OpenSslOcsp("-issuer root.pem -cert a.pem -no_nonce -reqout request.der");
        Assert.Null(Read(scene.Read("request.der")).Nonce);
    }

    [Fact]
    public void Requests_of_BouncyCastle_are_read_signed_or_named_all_the_same()
    {
        var issuer = new Org.BouncyCastle.X509.X509CertificateParser().ReadCertificate(SamplePlans.Issuer.Der);
        var generator = new OcspReqGenerator();
        generator.AddRequest(new CertificateID(CertificateID.HashSha1, issuer, new BigInteger(1, SamplePlans.Serial.ToBytes())));
        generator.SetRequestorName(issuer.SubjectDN);
        var key = Org.BouncyCastle.Security.DotNetUtilities.GetRsaKeyPair(TestKeys.Other).Private;
        foreach (var bytes in new[] { generator.Generate().GetEncoded(), generator.Generate("SHA256WITHRSA", key, [issuer]).GetEncoded() })
        {
            var id = Assert.Single(Read(bytes).Certificates);
            Assert.True(OcspCertIds.Matches(id, SamplePlans.Issuer));
            Assert.Equal(SamplePlans.Serial.ToBytes(), id.SerialNumber);
        }
    }

    [Fact]
    public void Another_authority_of_the_same_name_or_key_is_another()
    {
        Assert.True(OcspCertIds.Matches(Id, SamplePlans.Issuer));
        Assert.False(OcspCertIds.Matches(Id with { IssuerNameHash = new byte[20] }, SamplePlans.Issuer));
        Assert.False(OcspCertIds.Matches(Id with { IssuerKeyHash = new byte[20] }, SamplePlans.Issuer));
        Assert.False(OcspCertIds.Matches(Id with { HashAlgorithm = ObjectIdentifiers.Sha256 }, SamplePlans.Issuer));
        Assert.False(OcspCertIds.Matches(Id with { HashAlgorithm = "2.16.840.1.101.3.4.2.3" }, SamplePlans.Issuer));
    }

    /// <summary>RFC 9654 §2.1: 1 to 128 octets.</summary>
    [Theory]
    [InlineData(0, Status.MalformedRequest)]
    [InlineData(1, Status.Successful)]
    [InlineData(32, Status.Successful)]
    [InlineData(128, Status.Successful)]
    [InlineData(129, Status.MalformedRequest)]
    public void A_nonce_has_1_to_128_octets(int length, Status status) =>
        Assert.Equal(status, OcspRequest.Read(Request([Single(Id.Der)], Nonce(Asn.OctetString(new byte[length])))).Status);

    /// <summary>What is malformed, and what nobody here can answer.</summary>
    [Fact]
    public void Every_other_request_has_the_status_that_it_is_answered_with()
    {
        var unknown = Asn.Extension("1.2.3.4", Asn.Null);
        var critical = Asn.Extension("1.2.3.4", Asn.Null, critical: true);
        var cases = new (byte[] Request, Status Status)[]
        {
            ([], Status.MalformedRequest),
            (Asn.Null, Status.MalformedRequest),
            (Asn.Sequence(), Status.MalformedRequest),
            ([.. Request([Single(Id.Der)]), 0x00], Status.MalformedRequest),
            (Request([Single(Id.Der)])[..^1], Status.MalformedRequest),
            (new byte[OcspRequest.MostOctets + 1], Status.MalformedRequest),
            (Request([]), Status.MalformedRequest),
            (Request([.. Enumerable.Repeat(Single(Id.Der), OcspRequest.MostCertificates)]), Status.Successful),
            (Request([.. Enumerable.Repeat(Single(Id.Der), OcspRequest.MostCertificates + 1)]), Status.MalformedRequest),
            (Request([Single(Asn.Integer(1))]), Status.MalformedRequest),
            (Request([Single(Id.Der, Asn.Null)]), Status.MalformedRequest),
            (Request([Single(Id.Der)], unknown), Status.Successful),
            (Request([Single(Id.Der)], critical), Status.Unauthorized),
            (Request([Single(Id.Der, Asn.Tagged(0xA0, Asn.Sequence(unknown)))]), Status.Successful),
            (Request([Single(Id.Der, Asn.Tagged(0xA0, Asn.Sequence(critical)))]), Status.Unauthorized),
            (Request([Single(Id.Der)], Nonce(Asn.OctetString(1)), Nonce(Asn.OctetString(2))), Status.MalformedRequest),
            (Request([Single(Id.Der)], Nonce([1, 2, 3, 4])), Status.MalformedRequest),
            (Asn.Sequence(Asn.Sequence(Asn.Tagged(0xA0, Asn.Integer(0)), Asn.Sequence(Single(Id.Der)))), Status.Successful),
            (Asn.Sequence(Asn.Sequence(Asn.Tagged(0xA0, Asn.Integer(1)), Asn.Sequence(Single(Id.Der)))), Status.MalformedRequest),
        };
        foreach (var ((request, status), i) in cases.Select((pair, i) => (pair, i)))
            Assert.Equal((i, status), (i, OcspRequest.Read(request).Status));
    }

    /// <summary>A negative number's octets could be those of another certificate's positive one.</summary>
    [Theory]
    [InlineData("0100", "0100")]
    [InlineData("00FF", "FF")]
    [InlineData("FF", "")]
    [InlineData("00", "")]
    public void A_serial_number_is_its_magnitude_and_none_where_it_is_not_positive(string octets, string magnitude)
    {
        var id = Asn.Sequence(
            Asn.Sequence(Asn.Oid(ObjectIdentifiers.Sha1)),
            Asn.OctetString(Id.IssuerNameHash),
            Asn.OctetString(Id.IssuerKeyHash),
            Asn.RawInteger(Convert.FromHexString(octets))
        );
        var read = Assert.Single(Read(Request([Single(id)])).Certificates);
        Assert.Equal((magnitude, Convert.ToHexString(id)), (Convert.ToHexString(read.SerialNumber), Convert.ToHexString(read.Der)));
    }

    [Fact]
    public void Mutated_requests_are_read_or_refused_and_never_throw()
    {
        var random = new Random(6960);
        var whole = Request([Single(Id.Der), Single(Id.Der)], Nonce(Asn.OctetString(new byte[32])));
        var statuses = new Dictionary<Status, int>();
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = whole.ToArray();
            for (var changes = random.Next(1, 4); changes > 0; changes--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            var reading = OcspRequest.Read(random.Next(8) == 0 ? bytes[..random.Next(bytes.Length)] : bytes);
            Assert.Equal(reading.Status == Status.Successful, reading.Request is not null);
            statuses[reading.Status] = statuses.GetValueOrDefault(reading.Status) + 1;
        }

        Assert.True(statuses[Status.Successful] > 100 && statuses[Status.MalformedRequest] > 100, string.Join(", ", statuses));
    }

    private static OcspRequest Read(byte[] request)
    {
        var reading = OcspRequest.Read(request);
        Assert.Equal(Status.Successful, reading.Status);
        return reading.Request!;
    }

    private static byte[] Request(IReadOnlyList<byte[]> singles, params byte[][] extensions) =>
        Asn.Sequence(Asn.Sequence(Asn.Sequence(singles), extensions.Length == 0 ? [] : Asn.Tagged(0xA2, Asn.Sequence(extensions))));

    private static byte[] Single(byte[] id, byte[]? extensions = null) => Asn.Sequence(id, extensions ?? []);

    private static byte[] Nonce(byte[] value) => Asn.Extension("1.3.6.1.5.5.7.48.1.2", value);
}

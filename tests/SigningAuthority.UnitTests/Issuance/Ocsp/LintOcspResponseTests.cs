using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Ocsp;
using SigningAuthority.Issuance.Ocsp.Lint;
using Xunit;

namespace SigningAuthority.UnitTests.Issuance.Ocsp;

/// <summary>Each part of a response is changed: lint must see it, and call it by its name.</summary>
public sealed class LintOcspResponseTests : IDisposable
{
    private static readonly DateTimeOffset At = OcspScene.Now;
    private static readonly OcspCertificateStatus Good = new OcspCertificateStatus.Good();

    private readonly OcspScene _scene = new();
    private readonly OcspCertId _id;
    private readonly OcspCertId _other;

    public LintOcspResponseTests()
    {
        _id = OcspCertIds.Of(_scene.Issuer, CertificateSerialNumber.Draw(), ObjectIdentifiers.Sha1);
        _other = OcspCertIds.Of(_scene.Issuer, CertificateSerialNumber.Draw(), ObjectIdentifiers.Sha256);
    }

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void Nothing_is_found_in_what_the_builder_builds()
    {
        foreach (
            var plan in new[]
            {
                Plan(Single(Good)),
                Plan(Single(new OcspCertificateStatus.Unknown())),
                Plan(Single(Revoked())),
                Plan(Single(Revoked() with { Reason = RevocationReason.Unspecified })),
                Plan(Single(Revoked() with { Reason = RevocationReason.CertificateHold }), Single(Good) with { Id = _other }),
                Plan(Single(Good) with { NextUpdate = null }),
                Plan(Single(Good)) with
                {
                    Nonce = new byte[32],
                },
            }
        )
            Assert.Empty(LintOcspResponse.Find(Encode(plan), plan));
    }

    [Fact]
    public void Another_answer_than_the_planned_one_is_found()
    {
        var plan = Plan(Single(Good));
        AssertFound("ocsp-status", plan, Plan(Single(Revoked())));
        AssertFound("ocsp-status", Plan(Single(Revoked())), plan);
        AssertFound("ocsp-status", Plan(Single(new OcspCertificateStatus.Unknown())), plan);
        AssertFound("ocsp-status", Plan(Single(Revoked())), Plan(Single(Revoked() with { Reason = RevocationReason.Superseded })));
        AssertFound("ocsp-status", Plan(Single(Revoked())), Plan(Single(Revoked() with { At = At.AddHours(-4) })));
        AssertFound("ocsp-cert-id", Plan(Single(Good) with { Id = _other }), plan);
        AssertFound(
            "ocsp-cert-id",
            Plan(Single(Good) with { Id = _other }, Single(Good)),
            Plan(Single(Good), Single(Good) with { Id = _other })
        );
        AssertFound("ocsp-singles", Plan(Single(Good), Single(Good)), plan);
        AssertFound("ocsp-singles", Plan(), Plan());
        AssertFound("ocsp-times", Plan(Single(Good) with { NextUpdate = null }), plan);
        AssertFound("ocsp-times", Plan(Single(Good) with { ThisUpdate = At.AddHours(-1) }), plan);
        AssertFound("ocsp-produced-at", plan with { ProducedAt = At.AddSeconds(1) }, plan);
        AssertFound("ocsp-nonce", plan, plan with { Nonce = new byte[32] });
        AssertFound("ocsp-nonce", plan with { Nonce = new byte[31] }, plan with { Nonce = new byte[32] });
        AssertFound("ocsp-nonce-unasked", plan with { Nonce = new byte[32] }, plan);
    }

    [Fact]
    public void What_RFC_6960_forbids_is_found_though_it_was_planned()
    {
        AssertPlanned("ocsp-this-update", Single(Good) with { ThisUpdate = At.AddSeconds(1) });
        AssertPlanned("ocsp-next-update", Single(Good) with { NextUpdate = At.AddMinutes(-1) });
        AssertPlanned("ocsp-next-update-too-late", Single(Good) with { NextUpdate = _scene.Responder.NotAfter.AddSeconds(1) });
        AssertPlanned("ocsp-revoked-later", Single(Revoked() with { At = At.AddSeconds(1) }));
        AssertPlanned("ocsp-reason", Single(Revoked() with { Reason = RevocationReason.RemoveFromCrl }));
        var plan = Plan(Single(Good) with { NextUpdate = null });
        AssertFound("ocsp-responder-outlived", plan with { ProducedAt = _scene.Responder.NotAfter.AddSeconds(1) });
        AssertFound("ocsp-responder-outlived", plan with { ProducedAt = _scene.Responder.NotBefore.AddSeconds(-1) });
        AssertFound("ocsp-nonce", plan with { Nonce = [] });
        AssertFound("ocsp-nonce", plan with { Nonce = new byte[129] });
        using var other = new OcspScene();
        var data = OcspResponseData.Encode(new byte[20], At, plan.Singles, null);
        Assert.Contains("ocsp-responder-id", LintOcspResponse.Find(data, plan).Select(finding => finding.Code));
    }

    [Fact]
    public void Extensions_and_forms_of_others_are_found()
    {
        var plan = Plan(Single(Good));
        var foreign = Asn.Sequence(Asn.Extension("1.2.3.4", Asn.Null));
        Assert.Equal("ocsp-extension-foreign", Assert.Single(Codes(Written(extensions: Asn.Tagged(0xA1, foreign)))));
        Assert.Equal("ocsp-single-extension", Assert.Single(Codes(Written(single: Asn.Tagged(0xA1, foreign)))));
        Assert.Empty(Codes(Written()));
        foreach (
            var malformed in new[]
            {
                [],
                Asn.Null,
                [.. Written(), 0x00],
                Written(version: Asn.Tagged(0xA0, Asn.Integer(0))),
                Written(responder: Asn.Tagged(0xA1, Asn.Name(("2.5.4.3", "OCSP")))),
                Written(producedAt: Asn.Tagged(0x17, System.Text.Encoding.ASCII.GetBytes($"{At:yyMMddHHmmss}Z"))),
                Written(producedAt: Asn.Tagged(0x18, System.Text.Encoding.ASCII.GetBytes($"{At:yyyyMMddHHmmss}.5Z"))),
                Written(extensions: Asn.Tagged(0xA1, Asn.Sequence())),
                Written(extensions: Asn.Null),
            }
        )
            Assert.Equal("ocsp-malformed", Assert.Single(Codes(malformed)));

        IEnumerable<string> Codes(byte[] data) => LintOcspResponse.Find(data, plan).Select(finding => finding.Code);
    }

    [Fact]
    public void Every_flipped_bit_is_found()
    {
        var plan = Plan(Single(Good), Single(Revoked()) with { Id = _other }) with { Nonce = new byte[32] };
        var bytes = Encode(plan);
        var missed = new List<string>();
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            if (LintOcspResponse.Find(bytes, plan).Count == 0)
                missed.Add($"octet {bit / 8}, bit {bit % 8}");
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.Empty(missed);
    }

    private byte[] Written(
        byte[]? version = null,
        byte[]? responder = null,
        byte[]? producedAt = null,
        byte[]? single = null,
        byte[]? extensions = null
    ) =>
        Asn.Sequence(
            version ?? [],
            responder ?? Asn.Tagged(0xA2, Asn.OctetString(_scene.Responder.KeyHash)),
            producedAt ?? Time(At),
            Asn.Sequence(
                Asn.Sequence(_id.Der, [0x80, 0x00], Time(At.AddMinutes(-1)), Asn.Tagged(0xA0, Time(At.AddHours(12))), single ?? [])
            ),
            extensions ?? []
        );

    private static byte[] Time(DateTimeOffset time) => Asn.Tagged(0x18, System.Text.Encoding.ASCII.GetBytes($"{time:yyyyMMddHHmmss}Z"));

    private static OcspCertificateStatus.Revoked Revoked() => new(At.AddHours(-2), RevocationReason.KeyCompromise);

    private OcspSingleResponse Single(OcspCertificateStatus status) => OcspScene.Answer(_id, status);

    private OcspResponsePlan Plan(params OcspSingleResponse[] singles) => new(_scene.Responder, At, singles, null);

    private static byte[] Encode(OcspResponsePlan plan) =>
        OcspResponseData.Encode(plan.Responder.KeyHash, plan.ProducedAt, plan.Singles, plan.Nonce);

    private void AssertPlanned(string code, OcspSingleResponse single) => AssertFound(code, Plan(single));

    private static void AssertFound(string code, OcspResponsePlan plan) => AssertFound(code, plan, plan);

    private static void AssertFound(string code, OcspResponsePlan built, OcspResponsePlan planned) =>
        Assert.Contains(code, LintOcspResponse.Find(Encode(built), planned).Select(finding => finding.Code));
}

using SigningAuthority.Issuance.Firmware;
using SigningAuthority.UnitTests.Issuance.Requests;
using Xunit;

namespace SigningAuthority.UnitTests.Issuance.Firmware;

public sealed class AcceptanceMatrixTests
{
    [Fact]
    public void Firmware_is_cut_where_a_root_comes_in() =>
        Assert.Equal(
            [
                (null, "7.5.6", "cisco-sb", true),
                (null, "7.5.6", "cisco-2k", false),
                ("7.5.6", null, "cisco-sb", true),
                ("7.5.6", null, "cisco-2k", false),
            ],
            For(new RequestBuilder(), "SPA504G").Select(row => (row.FromFirmware, row.BeforeFirmware, row.Generation, row.Accepted))
        );

    [Fact]
    public void A_generation_that_is_not_asked_for_says_so_and_one_that_is_not_in_the_firmware_too()
    {
        var rows = For(new RequestBuilder(), "SPA504G@7.5.6");
        Assert.Equal(
            [
                (null, "cisco-sb", false, RefusalCodes.NoCertificate),
                (null, "cisco-2k", true, RefusalCodes.RootNotInFirmware),
                ("7.5.6", "cisco-sb", false, RefusalCodes.NoCertificate),
                ("7.5.6", "cisco-2k", true, null),
            ],
            rows.Select(row => (row.FromFirmware, row.Generation, row.Asked, row.Reasons.SingleOrDefault()?.Code))
        );
    }

    [Fact]
    public void Rows_are_those_of_the_families_named_each_once_and_what_is_not_known_is_passed_over() =>
        Assert.Equal(
            ["pap2-rtp", "spa9xx"],
            For(new RequestBuilder(), "spa962", "SPA921", "PAP2", "SPA9999", "?").Select(row => row.Family).Order()
        );

    [Theory]
    [InlineData("sprov.callme.com", null)]
    [InlineData("pv.telco.net/mailto:admin@telco.net", null)]
    [InlineData("*.callme.com", RefusalCodes.CommonNameGrammar)]
    [InlineData("localhost", RefusalCodes.CommonNameGrammar)]
    public void The_common_name_is_judged_before_submission(string name, string? code) =>
        Assert.Equal(code, Assert.Single(For(new RequestBuilder().WithCommonName(name), "SPA962")).Reasons.SingleOrDefault()?.Code);

    [Fact]
    public void One_key_may_be_good_for_one_generation_and_too_long_for_another() =>
        Assert.Equal(
            [("cisco-sb", RefusalCodes.KeyTooLarge), ("cisco-2k", null)],
            For(new RequestBuilder { Key = TestKeys.Rsa3072 }, "SPA504G", "SPA504G@7.5.6")
                .Where(row => row.FromFirmware == "7.5.6")
                .Select(row => (row.Generation, row.Reasons.SingleOrDefault()?.Code))
        );

    [Theory]
    [InlineData("\"largestRsaBits\": 1024", RefusalCodes.KeyTooLarge)]
    [InlineData("\"signatureHashes\": [\"SHA-1\"]", RefusalCodes.SignatureHash)]
    [InlineData("\"subjectAlternativeName\": \"NotTolerated\"", RefusalCodes.AlternativeNameNotTolerated)]
    [InlineData("\"subjectAlternativeName\": \"Checked\"", null)]
    [InlineData("\"longestValidityDays\": 729", RefusalCodes.ValidityTooLong)]
    [InlineData("\"longestValidityDays\": 730", null)]
    public void A_familys_own_firmware_may_tolerate_less_than_its_generation(string deviation, string? code)
    {
        var configuration = ShippedPolicy.With(
            "device-families/spa9xx.json",
            "\"products\"",
            $"\"firmwareAccepts\": [{{ \"fromFirmware\": \"6.1\", \"beforeFirmware\": \"6.3\", {deviation} }}], \"products\""
        );
        var rows = AcceptanceMatrix.ForRequest(configuration, new RequestBuilder().Read(), ["SPA962"], TestServer.Now);
        Assert.Equal(
            [(null, "6.1", null), ("6.1", "6.3", code), ("6.3", null, null)],
            rows.Select(row => (row.FromFirmware, row.BeforeFirmware, row.Reasons.SingleOrDefault()?.Code))
        );
    }

    [Fact]
    public void A_generation_that_refuses_alternative_names_gets_a_certificate_without_and_accepts_it()
    {
        var configuration = ShippedPolicy.With("authorities/sipura.json", "\"Ignored\"", "\"NotTolerated\"");
        Assert.True(
            Assert.Single(AcceptanceMatrix.ForRequest(configuration, new RequestBuilder().Read(), ["SPA962"], TestServer.Now)).Accepted
        );
    }

    [Fact]
    public void An_elliptic_curve_key_serves_no_phone() =>
        Assert.All(
            For(new RequestBuilder { SubjectPublicKeyInfo = TestKeys.Curve.ExportSubjectPublicKeyInfo() }, "SPA962", "PAP2"),
            row => Assert.Equal([RefusalCodes.NotRsa], row.Reasons.Select(reason => reason.Code))
        );

    [Fact]
    public void A_certificate_of_another_issuers_name_is_refused_even_where_no_root_is_at_hand()
    {
        var der = new TestServer("CN=Somebody Else").Issue("CN=sprov.callme.com");
        var row = Assert.Single(
            AcceptanceMatrix.ForCertificates(ShippedPolicy.Configuration, [new("sipura", der)], ["SPA962"], TestServer.Now)
        );
        Assert.Equal([RefusalCodes.ChainNotToRoot], row.Reasons.Select(reason => reason.Code));
    }

    [Fact]
    public void Bytes_that_are_no_certificate_are_refused() =>
        Assert.Equal(
            [RefusalCodes.UnreadableCertificate],
            Assert
                .Single(
                    AcceptanceMatrix.ForCertificates(
                        ShippedPolicy.Configuration,
                        [new("sipura", new byte[] { 1, 2, 3 })],
                        ["SPA962"],
                        TestServer.Now
                    )
                )
                .Reasons.Select(reason => reason.Code)
        );

    [Fact]
    public void Every_reason_says_where_its_rule_comes_from_and_what_mends_it() =>
        Assert.All(
            For(new RequestBuilder { Key = TestKeys.Rsa3072 }.WithCommonName("*.x"), "SPA504G@7.5.6", "SPA962", "PAP2")
                .SelectMany(row => row.Reasons),
            reason => Assert.True(reason is { Source.Length: > 0, Fix.Length: > 0, Expected.Length: > 0, Actual.Length: > 0 }, reason.Code)
        );

    private static IReadOnlyList<MatrixRow> For(RequestBuilder request, params string[] devices) =>
        AcceptanceMatrix.ForRequest(ShippedPolicy.Configuration, request.Read(), devices, TestServer.Now);
}

using System.Net;
using System.Security.Cryptography;
using System.Text;
using SigningAuthority.IntegrationTests.Fixtures;
using Xunit;

namespace SigningAuthority.IntegrationTests.Stations.Est;

/// <summary>What an EST client gets when something is wrong: RFC 7030 §3.2, §4.2.2 and §4.2.3.</summary>
[Collection(FactoryFlows.Name)]
public sealed class EstErrorTests(RunningAuthority authority) : IClassFixture<SoundLog>
{
    private readonly EstDesk _est = new(authority);
    private readonly FactoryDevice _device = FactoryDevice.Make();

    private string Subject => $"/OU=SPA962/serialNumber={_device.Serial}/CN={_device.Mac}";

    [Fact]
    public async Task Section_3_2_2_an_unknown_label_is_not_found()
    {
        var made = await _est.MakeAsync(Subject);

        foreach (var operation in (string[])["simpleenroll", "simplereenroll"])
            IsProblem(await _est.EnrolAsync("no-such-order/" + operation, made), HttpStatusCode.NotFound);
        IsProblem(await _est.AsStationAsync("no-such-order/csrattrs"), HttpStatusCode.NotFound);
        IsProblem(await _est.AsStationAsync("no%20such%01order/csrattrs"), HttpStatusCode.NotFound);
        IsProblem(await _est.AnonymouslyAsync("no-such-order/cacerts"), HttpStatusCode.NotFound);
    }

    /// <summary>§3.2.2, figure 5: fullcmc (§4.3) and serverkeygen (§4.4) are optional and not offered.</summary>
    [Theory]
    [InlineData("fullcmc")]
    [InlineData("serverkeygen")]
    [InlineData(RunningAuthority.StandingOrder + "/fullcmc")]
    [InlineData(RunningAuthority.StandingOrder + "/serverkeygen")]
    public async Task Section_3_2_2_optional_operations_that_are_not_offered_are_not_found(string path) =>
        IsProblem(await _est.PostAsync(path, "AAAA"u8.ToArray()), HttpStatusCode.NotFound);

    [Fact]
    public async Task Section_3_2_3_without_a_certificate_nothing_is_enrolled()
    {
        foreach (var operation in (string[])["simpleenroll", "simplereenroll"])
            IsProblem(
                await _est.AnonymouslyAsync(operation, "--header", "Content-Type: application/pkcs10", "--data", "AAAA"),
                HttpStatusCode.Unauthorized
            );
        IsProblem(await _est.AnonymouslyAsync("csrattrs"), HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Section_4_2_1_another_content_type_or_method_is_not_taken()
    {
        foreach (var type in (string[])["Content-Type: application/octet-stream", "Content-Type:"])
            IsProblem(await _est.PostAsync("simpleenroll", "AAAA"u8.ToArray(), "--header", type), HttpStatusCode.UnsupportedMediaType);
        IsProblem(await _est.AsStationAsync("simpleenroll"), HttpStatusCode.MethodNotAllowed);
        IsProblem(await _est.PostAsync("cacerts", "AAAA"u8.ToArray()), HttpStatusCode.MethodNotAllowed);
    }

    [Theory]
    [InlineData("this is no base64!", "est-not-base64")]
    [InlineData("-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n", "est-not-base64")]
    [InlineData("AAAA", "csr-not-pem-or-der")]
    [InlineData("MIIBAA==", "csr-truncated")]
    [InlineData("", "csr-empty")]
    public async Task Section_4_2_3_a_body_that_is_no_request_is_400_and_leaves_an_entry(string body, string code)
    {
        var from = IssuanceLogReader.FromNow();

        ProblemAssert.Breaks(Typed(await _est.PostAsync("simpleenroll", Encoding.ASCII.GetBytes(body))), HttpStatusCode.BadRequest, code);

        Assert.Single(await new IssuanceLogReader(authority).AwaitAsync($"type=request.refused&{from}", 1));
    }

    [Theory]
    [InlineData(30_000)]
    [InlineData(70_000)]
    public async Task Section_4_2_3_a_body_that_is_too_large_is_413(int octets) =>
        IsProblem(
            await _est.PostAsync("simpleenroll", Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(octets)))),
            HttpStatusCode.RequestEntityTooLarge
        );

    [Fact]
    public async Task Section_4_2_3_what_policy_refuses_is_explained()
    {
        var order = await _est.OrderAsync(["SPA962"], macs: "000E08FFFE00..000E08FFFEFF");

        ProblemAssert.Breaks(
            Typed(await _est.EnrolAsync(order + "/simpleenroll", await _est.MakeAsync(Subject, size: "rsa:1024"))),
            HttpStatusCode.UnprocessableEntity,
            "order-of-other-macs",
            "key-too-small"
        );
    }

    [Theory]
    [InlineData("/CN=phone", "est-subject-without-device", "serial-syntax")]
    [InlineData("/OU=SPA962/CN={MAC}", "est-subject-without-device", "serial-syntax")]
    [InlineData("/serialNumber={serial}/CN={MAC}", "est-subject-without-device", "product-unknown")]
    [InlineData("/OU=SPA9999/serialNumber={serial}/CN={MAC}", "product-unknown")]
    [InlineData("/OU=SPA962/serialNumber={serial}/CN=00259C000001", "mac-oui-not-held")]
    public async Task Section_4_2_1_a_subject_that_names_no_device_is_refused(string subject, params string[] codes) =>
        ProblemAssert.Breaks(
            Typed(
                await _est.EnrolAsync(
                    "simpleenroll",
                    await _est.MakeAsync(subject.Replace("{MAC}", _device.Mac).Replace("{serial}", _device.Serial))
                )
            ),
            HttpStatusCode.UnprocessableEntity,
            codes
        );

    [Fact]
    public async Task Section_4_2_1_a_subject_that_names_two_devices_is_refused()
    {
        var order = await _est.OrderAsync(["SPA962"], "cisco-sb");
        var made = await _est.MakeAsync(
            $"/ST={FactoryDevice.NextMac()}/L={_device.Serial}/CN=SPA962, MAC: {_device.Mac}, Serial: {_device.Serial}"
        );

        ProblemAssert.Breaks(
            Typed(await _est.EnrolAsync(order + "/simpleenroll", made)),
            HttpStatusCode.UnprocessableEntity,
            "est-subject-contradicts-itself"
        );
    }

    [Fact]
    public async Task Section_4_2_2_nothing_is_renewed_that_was_not_issued_nor_under_another_subject_or_key()
    {
        var made = await _est.MakeAsync(Subject);
        ProblemAssert.Breaks(
            Typed(await _est.EnrolAsync("simplereenroll", made)),
            HttpStatusCode.UnprocessableEntity,
            "est-nothing-to-renew"
        );
        Assert.Equal(HttpStatusCode.OK, (await _est.EnrolAsync("simpleenroll", made)).Status);

        // The certificate's subject has our organisation besides.
        ProblemAssert.Breaks(Typed(await _est.EnrolAsync("simplereenroll", made)), HttpStatusCode.UnprocessableEntity, "est-other-subject");
        var whole = "/O=SigningAuthority" + Subject;
        Assert.Equal(HttpStatusCode.OK, (await _est.EnrolAsync("simplereenroll", await _est.MakeAsync(whole, made))).Status);
        foreach (var operation in (string[])["simpleenroll", "simplereenroll"])
            ProblemAssert.Breaks(
                Typed(await _est.EnrolAsync(operation, await _est.MakeAsync(whole))),
                HttpStatusCode.Conflict,
                "device-has-another-key"
            );
    }

    private static void IsProblem(Answer answer, HttpStatusCode status) => ProblemAssert.Is(Typed(answer), status);

    private static Answer Typed(Answer answer) => answer with { MediaType = answer.MediaType?.Split(';')[0] };
}

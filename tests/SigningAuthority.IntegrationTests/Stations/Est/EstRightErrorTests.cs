using System.Net;
using System.Text;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Storage;
using SigningAuthority.Issuance.Production;
using Xunit;

namespace SigningAuthority.IntegrationTests.Stations.Est;

/// <summary>What an EST client gets for a good request to which it has no right, and for one that says more than one thing.</summary>
[Collection(FactoryFlows.Name)]
public sealed class EstRightErrorTests(RunningAuthority authority) : IClassFixture<SoundLog>
{
    private readonly EstDesk _est = new(authority);
    private readonly FactoryDevice _device = FactoryDevice.Make();

    private string Subject => $"/OU=SPA962/serialNumber={_device.Serial}/CN={_device.Mac}";

    /// <summary>The label is known; what is drawn under it is judged like at any other door.</summary>
    [Fact]
    public async Task Section_3_2_2_an_order_that_is_closed_or_over_or_of_others_gives_nothing()
    {
        var made = await _est.MakeAsync(Subject);
        var closed = await _est.OrderAsync(["SPA962"]);
        await authority
            .Postgres.Connect("sa_operator", authority.Database)
            .ExecuteAsync($"update sa.production_order set closed_at = now(), closed_by = 'operator/planner' where name = '{closed}'");

        await RefusedAsync(closed, made, "order-closed");
        await RefusedAsync(
            await _est.OrderAsync(["SPA962"], but: order => order with { NotAfter = DateTimeOffset.UtcNow.AddSeconds(-1) }),
            made,
            "order-ended"
        );
        await RefusedAsync(
            await _est.OrderAsync(["SPA962"], but: order => order with { NotBefore = DateTimeOffset.UtcNow.AddMinutes(30) }),
            made,
            "order-not-begun"
        );
        await RefusedAsync(
            await _est.OrderAsync(["SPA962"], but: order => order with { Stations = ["line-9"] }),
            made,
            "order-of-other-stations"
        );
        await RefusedAsync(await _est.OrderAsync(["SPA2102"]), made, "order-of-other-products");
        // Nobody has drawn the unit on the way.
        Assert.Equal(HttpStatusCode.OK, (await _est.EnrolAsync("simpleenroll", made)).Status);
        await Eventually.TrueAsync(
            async () => (await _est.AnonymouslyAsync(closed + "/cacerts")).Status == HttpStatusCode.NotFound,
            "the closed order's roots are not found under its name"
        );
    }

    /// <summary>§4.2.2 with the key that the unit has its certificate for: a repetition, which draws from no order.</summary>
    [Fact]
    public async Task Section_4_2_2_under_an_order_that_is_not_its_own_a_unit_gets_what_it_has_and_nothing_is_drawn()
    {
        var made = await _est.MakeAsync("/O=SigningAuthority" + Subject);
        var first = await _est.EnrolAsync("simpleenroll", made);
        var other = await _est.OrderAsync(["SPA962"], macs: "000E08FFFE00..000E08FFFEFF");

        var again = await _est.EnrolAsync(other + "/simplereenroll", made);

        Assert.Equal((HttpStatusCode.OK, Convert.ToHexString(first.Body)), (again.Status, Convert.ToHexString(again.Body)));
        Assert.Equal(
            0,
            await authority
                .Postgres.Connect("sa_operator", authority.Database)
                .ScalarAsync<int>($"select drawn from sa.production_order where name = '{other}'")
        );
    }

    [Fact]
    public async Task Section_4_2_2_a_certificate_that_a_reissue_revoked_is_neither_given_again_nor_renewed()
    {
        var subject = "/O=SigningAuthority" + Subject;
        var (before, after) = (await _est.MakeAsync(subject), await _est.MakeAsync(subject));
        Assert.Equal(HttpStatusCode.OK, (await _est.EnrolAsync("simpleenroll", before)).Status);
        var reissued = await new StationDesk(authority.StationClient()).SubmitAsync(
            new
            {
                mac = _device.Mac,
                serial = _device.Serial,
                product = _device.Product,
                csr = Encoding.ASCII.GetString(after.Pem),
                reissue = new { reason = "rework" },
            }
        );
        Assert.Equal(HttpStatusCode.Created, reissued.Status);

        foreach (var operation in (string[])["simpleenroll", "simplereenroll"])
        {
            ProblemAssert.Breaks(Typed(await _est.EnrolAsync(operation, before)), HttpStatusCode.Conflict, "device-certificate-revoked");
            Assert.Equal(HttpStatusCode.OK, (await _est.EnrolAsync(operation, after)).Status);
        }
    }

    [Fact]
    public async Task Section_3_3_2_a_station_that_was_revoked_is_turned_away()
    {
        const string name = "line-est";
        (await authority.EnrolStationAsync(name)).Dispose();
        var est = new EstDesk(authority)
        {
            Station = (Path.Combine(authority.Folder, name + ".crt"), Path.Combine(authority.Folder, name + ".key")),
        };
        Assert.Equal(HttpStatusCode.OK, (await est.AsStationAsync("csrattrs")).Status);

        await authority.OperatorAsync("station", "revoke", name);

        await Eventually.TrueAsync(
            async () => (await est.AsStationAsync("csrattrs")).Status == HttpStatusCode.Unauthorized,
            "the revoked station to be turned away"
        );
        ProblemAssert.Is(Typed(await est.EnrolAsync("simpleenroll", await _est.MakeAsync(Subject))), HttpStatusCode.Unauthorized);
    }

    /// <summary>
    /// §3.5: a client may bind its request to the TLS session by the challenge password. TLS 1.3 has no tls-unique, csrattrs does not ask for
    /// it, and a password is a secret that is not taken.
    /// </summary>
    [Fact]
    public async Task Section_3_5_a_challenge_password_is_refused_and_never_asked_for()
    {
        var made = await _est.MakeAsync(Subject);
        var folder = Directory.CreateDirectory(Path.Combine(authority.Scratch, _device.Mac)).FullName;
        var (configuration, csr) = (Path.Combine(folder, "req.cnf"), Path.Combine(folder, "unit.csr"));
        await File.WriteAllTextAsync(
            configuration,
            $"""
            [req]
            prompt = no
            distinguished_name = dn
            attributes = bound
            [dn]
            OU = SPA962
            serialNumber = {_device.Serial}
            CN = {_device.Mac}
            [bound]
            challengePassword = tls-unique
            """
        );
        await OpenSsl.RunAsync("req", "-new", "-sha256", "-config", configuration, "-key", made.KeyFile, "-out", csr);

        ProblemAssert.Breaks(
            Typed(await _est.EnrolAsync("simpleenroll", made with { CsrFile = csr })),
            HttpStatusCode.UnprocessableEntity,
            "challenge-password"
        );
        Assert.DoesNotContain(
            "challengePassword",
            await OpenSsl.RunAsync("asn1parse", "-inform", "DER", "-in", await DecodedAsync(await _est.AsStationAsync("csrattrs"), folder))
        );
    }

    /// <summary>§4.2.1: one request, and as base64.</summary>
    [Fact]
    public async Task Section_4_2_1_two_requests_in_one_body_or_the_bare_DER_are_400()
    {
        var (one, two) = (await _est.MakeAsync(Subject), await _est.MakeAsync(Subject));
        var (first, second) = (await one.DerAsync(), await two.DerAsync());

        ProblemAssert.Breaks(Typed(await PostAsync(Base64([.. first, .. second]))), HttpStatusCode.BadRequest, "csr-malformed");
        ProblemAssert.Breaks(Typed(await PostAsync([.. Base64(first), .. Base64(second)])), HttpStatusCode.BadRequest);
        ProblemAssert.Breaks(Typed(await PostAsync(first)), HttpStatusCode.BadRequest, "est-not-base64");
        ProblemAssert.Breaks(Typed(await PostAsync(Base64(first[..^20]))), HttpStatusCode.BadRequest, "csr-truncated");
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(Base64(first))).Status);
    }

    private static async Task<string> DecodedAsync(Answer answer, string folder)
    {
        var file = Path.Combine(folder, "csrattrs");
        await File.WriteAllBytesAsync(file, Convert.FromBase64String(answer.Text));
        return file;
    }

    private Task<Answer> PostAsync(byte[] body) => _est.PostAsync("simpleenroll", body);

    private async Task RefusedAsync(string order, MadeRequest made, string code) =>
        ProblemAssert.Breaks(Typed(await _est.EnrolAsync(order + "/simpleenroll", made)), HttpStatusCode.UnprocessableEntity, code);

    private static byte[] Base64(byte[] der) =>
        Encoding.ASCII.GetBytes(Convert.ToBase64String(der, Base64FormattingOptions.InsertLineBreaks) + "\n");

    private static Answer Typed(Answer answer) => answer with { MediaType = answer.MediaType?.Split(';')[0] };
}

using System.Net;
using System.Security.Cryptography.X509Certificates;
using SigningAuthority.Issuance.Firmware;
using Xunit;

namespace SigningAuthority.UnitTests.Issuance.Firmware;

public sealed class ServerAcceptanceTests
{
    private static readonly TestServer Root = new("CN=Sipura CA, O=Test");
    private static readonly TestServer OtherRoot = new("CN=Linksys CA, O=Test");
    private static readonly TestServer Intermediate = Root.Intermediate();

    [Theory]
    [InlineData("CN=sprov.callme.com")]
    [InlineData("CN=SPROV.callme.com")]
    [InlineData("CN=sprov.callme.com/mailto:admin@callme.com")]
    [InlineData("CN=sprov.callme.com/, O=Provider")]
    public void A_server_that_keeps_every_rule_is_accepted(string subject) =>
        Assert.Empty(ServerAcceptance.Judge(Root.Evidence(Root.Issue(subject))));

    [Fact]
    public void Certificates_sent_besides_a_good_one_do_not_matter() =>
        Assert.Empty(ServerAcceptance.Judge(Root.Evidence(Root.Issue("CN=sprov.callme.com"), Root.Der, Intermediate.Der)));

    [Fact]
    public void A_certificate_of_another_generation_is_refused() =>
        Refused(RefusalCodes.ChainNotToRoot, Root.Evidence(OtherRoot.Issue("CN=sprov.callme.com"), OtherRoot.Der));

    [Fact]
    public void A_root_that_only_has_the_right_name_is_refused() =>
        Refused(RefusalCodes.ChainNotToRoot, Root.Evidence(new TestServer("CN=Sipura CA, O=Test").Issue("CN=sprov.callme.com")));

    [Fact]
    public void A_changed_certificate_is_refused()
    {
        var changed = Root.Issue("CN=sprov.callme.com");
        changed[^1] ^= 1;
        Refused(RefusalCodes.ChainNotToRoot, Root.Evidence(changed));
    }

    [Fact]
    public void A_certificate_through_an_intermediate_is_refused() =>
        Refused(RefusalCodes.ChainTooLong, Root.Evidence(Intermediate.Issue("CN=sprov.callme.com"), Intermediate.Der));

    [Fact]
    public void A_certificate_through_an_intermediate_beside_the_root_is_refused_as_too_long() =>
        Refused(RefusalCodes.ChainTooLong, Root.Evidence(Intermediate.Issue("CN=sprov.callme.com"), Intermediate.Der, Root.Der));

    [Fact]
    public void An_intermediate_that_was_not_sent_explains_nothing() =>
        Refused(RefusalCodes.ChainNotToRoot, Root.Evidence(Intermediate.Issue("CN=sprov.callme.com")));

    [Fact]
    public void The_root_itself_is_no_server() => Assert.Contains(RefusalCodes.ChainNotToRoot, Codes(Root.Evidence(Root.Der)));

    [Fact]
    public void A_key_that_is_not_RSA_is_refused() =>
        Refused(RefusalCodes.NotRsa, Root.Evidence(Root.IssueForEllipticCurve("CN=sprov.callme.com")));

    [Theory]
    [InlineData(null)]
    [InlineData(X509KeyUsageFlags.DigitalSignature)]
    [InlineData(X509KeyUsageFlags.KeyEncipherment)]
    public void A_key_usage_without_signature_and_encipherment_is_refused(X509KeyUsageFlags? usage) =>
        Refused(RefusalCodes.KeyUsage, Root.Evidence(Root.Issue("CN=sprov.callme.com", usage)));

    [Theory]
    [InlineData(-1, null)]
    [InlineData(0, null)]
    [InlineData(1, RefusalCodes.Expired)]
    public void A_certificate_is_valid_up_to_and_including_its_last_second(int secondsAfterEnd, string? code) =>
        Judged(
            code,
            Root.Evidence(Root.Issue("CN=sprov.callme.com", notAfter: TestServer.Now)) with
            {
                Now = TestServer.Now.AddSeconds(secondsAfterEnd),
            }
        );

    [Theory]
    [InlineData(-1, RefusalCodes.NotYetValid)]
    [InlineData(0, null)]
    public void A_certificate_is_valid_from_its_first_second(int secondsAfterStart, string? code) =>
        Judged(
            code,
            Root.Evidence(Root.Issue("CN=sprov.callme.com", notBefore: TestServer.Now)) with
            {
                Now = TestServer.Now.AddSeconds(secondsAfterStart),
            }
        );

    [Theory]
    [InlineData("CN=*.callme.com")]
    [InlineData("CN=192.0.2.7")]
    [InlineData("CN=localhost")]
    [InlineData("CN=sprov.callme.com, CN=sprov.callme.com")]
    [InlineData("O=sprov.callme.com")]
    public void A_common_name_outside_the_grammar_is_refused(string subject) =>
        Refused(RefusalCodes.CommonNameGrammar, Root.Evidence(Root.Issue(subject)));

    [Theory]
    [InlineData("CN=pv.telco.net/mailto:admin@telco.net")]
    [InlineData("CN=callme.com")]
    [InlineData("CN=x.callme.com/sprov.callme.com")]
    public void The_certificate_of_another_host_is_refused(string subject) =>
        Refused(RefusalCodes.CommonNameMismatch, Root.Evidence(Root.Issue(subject)));

    [Fact]
    public void A_server_at_an_address_that_the_name_does_not_have_is_refused() =>
        Refused(
            RefusalCodes.AddressMismatch,
            Root.Evidence(Root.Issue("CN=sprov.callme.com")) with
            {
                Peer = IPAddress.Parse("192.0.2.8"),
            }
        );

    [Fact]
    public void A_name_without_address_is_refused() =>
        Refused(RefusalCodes.AddressMismatch, Root.Evidence(Root.Issue("CN=sprov.callme.com")) with { HostAddresses = [] });

    [Fact]
    public void Any_of_several_addresses_will_do() =>
        Assert.Empty(
            ServerAcceptance.Judge(
                Root.Evidence(Root.Issue("CN=sprov.callme.com")) with
                {
                    HostAddresses = [IPAddress.Parse("192.0.2.1"), TestServer.Address],
                }
            )
        );

    [Fact]
    public void Every_broken_rule_is_reported_at_once() =>
        Assert.Equal(
            [RefusalCodes.ChainNotToRoot, RefusalCodes.KeyUsage, RefusalCodes.Expired, RefusalCodes.CommonNameMismatch],
            Codes(Root.Evidence(OtherRoot.Issue("CN=pv.telco.net", usage: null, notAfter: TestServer.Now.AddDays(-1))))
        );

    [Fact]
    public void Bytes_that_are_no_certificate_are_refused() =>
        Refused(RefusalCodes.UnreadableCertificate, Root.Evidence([0x30, 0x03, 0x02, 0x01, 0x01]));

    private static IEnumerable<string> Codes(ServerEvidence evidence) => ServerAcceptance.Judge(evidence).Select(refusal => refusal.Code);

    private static void Refused(string code, ServerEvidence evidence) => Assert.Equal([code], Codes(evidence));

    private static void Judged(string? code, ServerEvidence evidence) => Assert.Equal(code is null ? [] : [code], Codes(evidence));
}

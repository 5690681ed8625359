using FsCheck;
using FsCheck.Fluent;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Devices;
using SigningAuthority.Issuance.Firmware;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.UnitTests.Issuance.Requests;
using Xunit;

namespace SigningAuthority.UnitTests.Issuance.Firmware;

/// <summary>
/// The phone, which is given a server's bytes and its own root, and the matrix, which is asked beforehand and afterwards, never
/// disagree: whatever the certificate is like, the name's A record being right.
/// </summary>
public sealed class PhoneAndMatrixTests
{
    private static readonly Config Cases = Config.QuickThrowOnFailure.WithMaxTest(300);

    private static readonly IReadOnlyList<AuthorityConfiguration> Configurations =
    [
        ShippedPolicy.Configuration,
        Of("\"subjectAlternativeName\": \"NotTolerated\""),
        Of("\"subjectAlternativeName\": \"Checked\""),
        Of("\"signatureHashes\": [\"SHA-1\"]"),
        Of("\"largestRsaBits\": 1024"),
        Of("\"longestValidityDays\": 100"),
    ];

    private static readonly RequestedDevice[] Phones =
    [
        new("SPA962", new Version(6, 1, 5)),
        new("SPA504G", new Version(7, 5, 5)),
        new("SPA504G", new Version(7, 5, 6)),
        new("SPA504G", new Version(8, 0)),
        new("SPA112", new Version(1, 3, 3)),
        new("PAP2", new Version(3, 1)),
        new("SPA303", new Version(7, 5)),
    ];

    [Fact]
    public void The_matrix_of_a_certificate_says_what_the_phone_does() =>
        Check.One(
            Cases,
            Prop.ForAll(
                (
                    from server in GeneratedServer.Any
                    from configuration in Gen.Elements(Configurations.AsEnumerable())
                    from phone in Gen.Elements(Phones)
                    select (server, configuration, phone)
                ).ToArbitrary(),
                x =>
                    PhoneFirmware
                        .Of(x.configuration, x.phone)
                        .All(firmware =>
                        {
                            var issued = new IssuedUnderGeneration(firmware.Generation.Id, x.server.Der, GeneratedServer.Root.Der);
                            var rows = AcceptanceMatrix.ForCertificates(x.configuration, [issued], [x.phone.Product], TestServer.Now);
                            return Same(Cell(rows, firmware), Judge(firmware, x.server.Der, GeneratedServer.Root.Der));
                        })
            )
        );

    [Fact]
    public void The_matrix_of_a_request_says_what_the_phone_does_with_the_certificate_that_policy_makes_of_it() =>
        Check.One(
            Cases.WithMaxTest(60),
            Prop.ForAll(
                (
                    from key in Gen.Elements(TestKeys.Provider, TestKeys.Rsa3072)
                    from name in Gen.Elements("sprov.callme.com", "SPROV.callme.com", "sprov.callme.com/mailto:admin@callme.com")
                    from configuration in Gen.Elements(Configurations.AsEnumerable())
                    from phone in Gen.Elements(Phones)
                    from withFirmware in Gen.Elements(true, false)
                    select (key, name, configuration, phone, device: withFirmware ? phone.ToString() : phone.Product)
                ).ToArbitrary(),
                x =>
                {
                    var request = new RequestBuilder { Key = x.key }.WithCommonName(x.name);
                    var foreseen = AcceptanceMatrix.ForRequest(x.configuration, request.Read(), [x.device], TestServer.Now);
                    var decision = new IssuancePolicy(x.configuration).Decide(ShippedPolicy.Server(request, x.device));
                    return (decision.Approved?.Redeem() ?? []).All(plan =>
                    {
                        var issuer = IssuerCertificate.Read(GeneratedServer.RootOf(plan.Authority).Der);
                        var certificate = GeneratedServer.RootOf(plan.Authority).Sign(plan, issuer);
                        return PhoneFirmware
                            .Of(x.configuration, x.phone)
                            .Where(firmware => firmware.Generation.Id == plan.Authority.Id)
                            .All(firmware => Same(Cell(foreseen, firmware), Judge(firmware, certificate, issuer.Der)));
                    });
                }
            )
        );

    /// <summary>The generators reach every rule, and acceptance too: a property over refusals alone would say little.</summary>
    [Fact]
    public void The_generated_servers_break_each_rule_and_none()
    {
        var codes = GeneratedServer
            .Any.Sample(300)
            .SelectMany(server => Configurations, (server, configuration) => (server, configuration))
            .SelectMany(x =>
                Judge(PhoneFirmware.Of(x.configuration, Phones[0])[0], x.server.Der, GeneratedServer.Root.Der)
                    .Select(refusal => refusal.Code)
                    .DefaultIfEmpty("accepted")
            )
            .ToHashSet();
        Assert.Superset(
            new HashSet<string>
            {
                "accepted",
                RefusalCodes.ChainNotToRoot,
                RefusalCodes.NotRsa,
                RefusalCodes.KeyTooLarge,
                RefusalCodes.SignatureHash,
                RefusalCodes.KeyUsage,
                RefusalCodes.ExtendedKeyUsage,
                RefusalCodes.NotYetValid,
                RefusalCodes.Expired,
                RefusalCodes.ValidityTooLong,
                RefusalCodes.CommonNameGrammar,
                RefusalCodes.AlternativeNameNotTolerated,
                RefusalCodes.AlternativeNameMismatch,
            },
            codes
        );
    }

    private static MatrixRow Cell(IReadOnlyList<MatrixRow> rows, PhoneFirmware firmware) =>
        rows.Single(row =>
            row.Generation == firmware.Generation.Id && FirmwareRange.Of(row.FromFirmware, row.BeforeFirmware) == firmware.Range
        );

    private static bool Same(MatrixRow row, IReadOnlyList<Refusal> judged) =>
        row.Accepted == (judged.Count == 0)
        && row.Reasons.Select(reason => reason.Code).SequenceEqual(judged.Select(reason => reason.Code));

    /// <summary>As a phone of this firmware: connected to the very host that the certificate names, at its address.</summary>
    private static IReadOnlyList<Refusal> Judge(PhoneFirmware firmware, ReadOnlyMemory<byte> certificate, ReadOnlyMemory<byte> root)
    {
        var named = ServerCertificate.Read(certificate)?.CommonNames is [var first, ..] ? first : "";
        var host = Fqdn.TryParse(ServerCommonName.HostPart(named), out var fqdn) ? fqdn : Fqdn.Parse("nowhere.example.net");
        return ServerAcceptance.Judge(
            new ServerEvidence(certificate, [], root, host, [TestServer.Address], TestServer.Address, TestServer.Now)
            {
                Tolerance = firmware.Tolerance,
            }
        );
    }

    private static AuthorityConfiguration Of(string deviation)
    {
        using var folder = new Configuration.ConfigurationFolder();
        foreach (var file in Directory.EnumerateFiles(folder.In("device-families")))
            folder.Replace(
                "device-families/" + Path.GetFileName(file),
                "\"products\"",
                $"\"firmwareAccepts\": [{{ \"fromFirmware\": \"3.0\", {deviation} }}], \"products\""
            );
        return AuthorityConfiguration.Load(folder.Path);
    }
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Issuance.Revocations;
using SigningAuthority.UnitTests.Issuance.Policy;
using Xunit;

namespace SigningAuthority.UnitTests.Issuance.Revocations;

public sealed class RevocationPolicyTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
    private static readonly Guid Telco = Guid.NewGuid();

    private readonly RevocationPolicy _policy = new(ShippedPolicy.Configuration);

    [Theory]
    [InlineData(RevocationAsker.Provider, 99, 999, "")]
    [InlineData(RevocationAsker.Provider, 100, 100, "revocation-too-many")]
    [InlineData(RevocationAsker.Provider, 5, 1000, "revocation-too-many-unsigned")]
    [InlineData(RevocationAsker.Operator, 100, 0, "revocation-too-many")]
    [InlineData(RevocationAsker.Operator, 99, 1000, "")]
    [InlineData(RevocationAsker.Succession, 100_000, 100_000, "")]
    public void One_askers_word_goes_so_far_and_no_further(RevocationAsker asker, int alone, int withoutSignature, string codes) =>
        Assert.Equal(codes, Codes(Ask(asker), Server(), Known with { TakenAlone = alone, TakenUnsigned = withoutSignature }));

    [Fact]
    public void A_unit_is_not_held_and_released_all_day_and_can_always_be_revoked()
    {
        var asker = Known with { ChangedBefore = 12 };
        Assert.Equal("revocation-too-often", Codes(Ask(RevocationAsker.Operator, RevocationAction.Hold), Device(), asker));
        Assert.Equal("", Codes(Ask(RevocationAsker.Operator), Device(), asker));
    }

    [Fact]
    public void A_certificate_is_its_owners()
    {
        Assert.Equal("", Codes(Ask(RevocationAsker.Provider), Server(), Known));
        Assert.Equal("revocation-not-yours", Codes(Ask(RevocationAsker.Provider), Server() with { ProviderId = Guid.NewGuid() }, Known));
        Assert.Equal("revocation-not-yours", Codes(Ask(RevocationAsker.Provider), Server() with { ProviderId = null }, Known));
        // A device has no provider, whatever its row says.
        Assert.Equal("revocation-not-yours", Codes(Ask(RevocationAsker.Provider), Device() with { ProviderId = Telco }, Known));
    }

    [Theory]
    [InlineData("line-1", new[] { "line-1", "line-2" }, "")]
    [InlineData("line-1", new[] { "*" }, "")]
    [InlineData("line-1", new[] { "line-11" }, "revocation-not-yours")]
    // Whichever station drew it: the order says whose it is.
    [InlineData("line-9", new[] { "line-1" }, "revocation-not-yours")]
    public void A_unit_is_its_orders_stations(string station, string[] ofOrder, string codes) =>
        Assert.Equal(
            codes,
            Codes(
                Ask(RevocationAsker.Station),
                Device() with
                {
                    OrderStations = ofOrder,
                    SubmittedBy = "station/line-9",
                },
                Known with
                {
                    StationName = station,
                }
            )
        );

    [Fact]
    public void A_unit_that_was_signed_anew_is_its_orders_stations_too()
    {
        var resigned = Device() with { Kind = RequestKind.ResignedDevice, OrderStations = ["line-1"], SubmittedBy = "operator/maria" };
        Assert.Equal("", Codes(Ask(RevocationAsker.Station), resigned, Known with { StationName = "line-1" }));
        Assert.Equal("revocation-not-yours", Codes(Ask(RevocationAsker.Station), resigned, Known with { StationName = "line-2" }));
    }

    [Fact]
    public void What_was_held_while_it_was_signed_anew_is_held_by_succession_and_never_released_by_it()
    {
        Assert.Equal("", Codes(Ask(RevocationAsker.Succession, RevocationAction.Hold), Device(), Known));
        Assert.Equal([RevocationReason.CertificateHold], RevocationPolicy.ReasonsOf(RevocationAsker.Succession, RevocationAction.Hold));
        Assert.Empty(RevocationPolicy.ReasonsOf(RevocationAsker.Succession, RevocationAction.Release));
        Assert.Contains(
            RevocationReason.PrivilegeWithdrawn,
            RevocationPolicy.ReasonsOf(RevocationAsker.Succession, RevocationAction.Revoke)
        );
    }

    [Theory]
    [InlineData(RevocationAction.Hold, null, "")]
    [InlineData(RevocationAction.Hold, RevocationReason.RemoveFromCrl, "")]
    [InlineData(RevocationAction.Hold, RevocationReason.Superseded, "revocation-not-on-hold")]
    [InlineData(RevocationAction.Release, RevocationReason.CertificateHold, "")]
    [InlineData(RevocationAction.Release, null, "revocation-not-on-hold")]
    [InlineData(RevocationAction.Release, RevocationReason.KeyCompromise, "revocation-not-on-hold")]
    [InlineData(RevocationAction.Revoke, RevocationReason.CertificateHold, "")]
    public void Only_a_hold_is_ever_taken_back(RevocationAction action, RevocationReason? current, string codes) =>
        Assert.Equal(codes, Codes(Ask(RevocationAsker.Operator, action), Device() with { Current = current }, Known));

    [Theory]
    [InlineData(RevocationAsker.Station, "")]
    [InlineData(RevocationAsker.Officer, "revocation-held-by-another")]
    [InlineData(RevocationAsker.Operator, "revocation-held-by-another")]
    // A recall's.
    [InlineData(null, "revocation-held-by-another")]
    public void A_station_ends_no_hold_but_a_stations(RevocationAsker? holder, string codes)
    {
        var held = Device() with { Current = RevocationReason.CertificateHold, ChangedBy = holder };
        Assert.Equal(codes, Codes(Ask(RevocationAsker.Station, RevocationAction.Release), held, Known with { StationName = "line-1" }));
        Assert.Equal("", Codes(Ask(RevocationAsker.Operator, RevocationAction.Release), held, Known));
    }

    [Fact]
    public void Holds_are_for_devices_and_not_for_providers_to_ask()
    {
        Assert.Equal("revocation-hold-of-devices", Codes(Ask(RevocationAsker.Operator, RevocationAction.Hold), Server(), Known));
        Assert.Equal(
            "revocation-hold-of-devices,revocation-reason",
            Codes(Ask(RevocationAsker.Provider, RevocationAction.Hold), Server(), Known)
        );
    }

    [Theory]
    [InlineData(RevocationAsker.Provider, RevocationReason.PrivilegeWithdrawn, "revocation-reason")]
    [InlineData(RevocationAsker.Operator, RevocationReason.PrivilegeWithdrawn, "")]
    [InlineData(RevocationAsker.Operator, RevocationReason.CaCompromise, "revocation-reason")]
    [InlineData(RevocationAsker.Operator, RevocationReason.CertificateHold, "revocation-reason")]
    [InlineData(RevocationAsker.Operator, RevocationReason.RemoveFromCrl, "revocation-reason")]
    public void Each_asker_has_its_reasons(RevocationAsker asker, RevocationReason reason, string codes) =>
        Assert.Equal(codes, Codes(Ask(asker) with { Reason = reason }, Server(), Known));

    [Fact]
    public void Who_is_not_known_asks_in_vain() =>
        Assert.Equal("revocation-asker-unknown", Codes(Ask(RevocationAsker.Operator), Server(), Known with { IsKnown = false }));

    [Theory]
    [InlineData(RevocationAction.Revoke, RevocationReason.Superseded, RevocationReason.Unspecified, true)]
    [InlineData(RevocationAction.Revoke, RevocationReason.KeyCompromise, RevocationReason.Superseded, false)]
    [InlineData(RevocationAction.Revoke, RevocationReason.KeyCompromise, RevocationReason.KeyCompromise, true)]
    [InlineData(RevocationAction.Revoke, RevocationReason.Superseded, RevocationReason.KeyCompromise, true)]
    [InlineData(RevocationAction.Revoke, RevocationReason.Superseded, null, false)]
    [InlineData(RevocationAction.Revoke, RevocationReason.Superseded, RevocationReason.CertificateHold, false)]
    [InlineData(RevocationAction.Revoke, RevocationReason.Superseded, RevocationReason.RemoveFromCrl, false)]
    [InlineData(RevocationAction.Hold, RevocationReason.CertificateHold, RevocationReason.CertificateHold, true)]
    [InlineData(RevocationAction.Hold, RevocationReason.CertificateHold, RevocationReason.RemoveFromCrl, false)]
    [InlineData(RevocationAction.Release, RevocationReason.RemoveFromCrl, RevocationReason.RemoveFromCrl, true)]
    [InlineData(RevocationAction.Release, RevocationReason.RemoveFromCrl, RevocationReason.CertificateHold, false)]
    public void Saying_it_again_changes_nothing_but_a_lost_key_outweighs_every_other_reason(
        RevocationAction action,
        RevocationReason reason,
        RevocationReason? current,
        bool isUnchanged
    ) => Assert.Equal(isUnchanged, RevocationPolicy.IsUnchanged(action, reason, current));

    [Fact]
    public void The_certificates_own_key_speaks_for_it_and_no_other_does()
    {
        using var key = RSA.Create(2048);
        using var other = RSA.Create(2048);
        var request = new CertificateRequest("CN=000E08ABCDEF", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(Now, Now.AddYears(1));
        var device = Device() with { Der = certificate.RawData };
        var statement = new PossessionStatement(device.Authority, device.SerialNumber, RevocationReason.KeyCompromise).Encode();

        Assert.Equal("", Codes(Signed(key, statement), device, Known));
        Assert.Equal("revocation-signature", Codes(Signed(other, statement), device, Known));
        Assert.Equal("revocation-signature", Codes(Signed(key, [.. statement, (byte)'\n']), device, Known));
        Assert.Equal("revocation-signature", Codes(Ask(RevocationAsker.Possession), device, Known));
        Assert.Equal("revocation-signature", Codes(Signed(key, statement), device with { SerialNumber = Serial(2) }, Known));
        Assert.Equal("revocation-signature", Codes(Signed(key, statement), device with { Der = new byte[] { 1 } }, Known));

        static RevocationAsk Signed(RSA key, byte[] statement) =>
            Ask(RevocationAsker.Possession) with
            {
                Reason = RevocationReason.KeyCompromise,
                Signature = key.SignData(statement, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
            };
    }

    private static RevocationAskerFacts Known => new("operator/test", true, null, null, null);

    private static RevocationAsk Ask(RevocationAsker asker, RevocationAction action = RevocationAction.Revoke) =>
        new(asker, Telco, action, action.ImpliedReason() ?? RevocationReason.Superseded, null, Now, null, default);

    private static RevocableFacts Server() =>
        new("sipura", Serial(1), default, RequestKind.ProvisioningServer, Telco, null, "provider/telco", null, false);

    private static RevocableFacts Device() =>
        new("client", Serial(1), default, RequestKind.Device, null, null, "station/line-1", null, true);

    private static CertificateSerialNumber Serial(byte last) => CertificateSerialNumber.FromBytes([0x4C, last]);

    private string Codes(RevocationAsk ask, RevocableFacts certificate, RevocationAskerFacts asker) =>
        string.Join(',', _policy.FindViolations(ask, certificate, asker).Select(violation => violation.Code).Order(StringComparer.Ordinal));
}

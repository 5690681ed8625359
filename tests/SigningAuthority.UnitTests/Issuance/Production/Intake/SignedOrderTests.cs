using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Production;
using SigningAuthority.Issuance.Production.Intake;
using Xunit;

namespace SigningAuthority.UnitTests.Issuance.Production.Intake;

/// <summary>A file makes an order when a key of ca-config/stations/ signed these very octets and may order what they say.</summary>
public sealed class SignedOrderTests : IDisposable
{
    private readonly PlanningDesk _desk = new();

    [Fact]
    public void A_signed_file_makes_the_order_that_it_says()
    {
        var (order, codes) = Load(_desk.Sign());
        Assert.Empty(codes);
        Assert.Equal(("week-47", PlanningDesk.Key, KeySource.Device), (order!.Name, order.SignedBy, order.KeySource));
        Assert.Equal(new DateTimeOffset(2026, 11, 30, 23, 0, 0, TimeSpan.Zero), order.NotAfter);
    }

    [Theory]
    [InlineData(2048)]
    [InlineData(3072)]
    public void A_key_may_be_RSA_too(int bits)
    {
        using var rsa = RSA.Create(bits);
        var configuration = _desk.Configuration(key => key["publicKey"] = Convert.ToBase64String(rsa.ExportSubjectPublicKeyInfo()));
        var file = _desk.Sign().File;
        var signature = rsa.SignData(file.Span, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

        Assert.Empty(Load(new SignedOrderFile(file, signature), configuration).Codes);
        signature[7] ^= 1;
        Assert.Equal(["order-signature-wrong"], Load(new SignedOrderFile(file, signature), configuration).Codes);
    }

    [Fact]
    public void A_key_that_is_too_short_or_of_another_kind_is_none()
    {
        using var rsa = RSA.Create(1024);
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP521);
        foreach (var key in (AsymmetricAlgorithm[])[rsa, curve])
            Assert.Null(OrderVerifier.Read(Convert.ToBase64String(key.ExportSubjectPublicKeyInfo())));
        Assert.Null(OrderVerifier.Read("no base64"));
        Assert.Null(OrderVerifier.Read(""));
    }

    [Fact]
    public void A_file_that_was_altered_is_refused_wherever_it_was()
    {
        var signed = _desk.Sign();
        for (var i = 0; i < signed.File.Length; i += 7)
        {
            var octets = signed.File.ToArray();
            octets[i] ^= 1;
            Assert.NotEmpty(Load(signed with { File = octets }).Codes);
        }

        var larger = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(signed.File.Span).Replace("\"quantity\":1000", "\"quantity\":1"));
        Assert.Equal(["order-signature-wrong"], Load(signed with { File = larger }).Codes);
    }

    [Fact]
    public void A_signature_of_another_file_of_another_key_or_of_none_is_refused()
    {
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var signed = _desk.Sign();
        var file = Encoding.UTF8.GetString(signed.File.Span);
        var signatures = new[]
        {
            _desk.Sign(order => order["order"] = "week-48").Signature,
            PlanningDesk.Sign(file, stranger).Signature,
            "not DER at all"u8.ToArray(),
            ReadOnlyMemory<byte>.Empty,
        };
        Assert.All(signatures, signature => Assert.Equal(["order-signature-wrong"], Load(signed with { Signature = signature }).Codes));
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("PLANT-1")]
    [InlineData("")]
    public void A_key_that_is_not_named_in_the_configuration_is_refused(string signer) =>
        Assert.Equal(["order-key-unknown"], Load(_desk.Sign(order => order["signedBy"] = signer)).Codes);

    [Fact]
    public void A_file_that_names_no_key_is_refused() =>
        Assert.Equal(["order-key-unknown"], Load(_desk.Sign(order => order.Remove("signedBy"))).Codes);

    [Fact]
    public void A_key_that_was_withdrawn_is_refused() =>
        Assert.Equal(["order-key-withdrawn"], Load(_desk.Sign(), _desk.Configuration(key => key["withdrawn"] = true)).Codes);

    [Theory]
    [InlineData("notBefore", "2026-11-20T12:00:01Z")]
    [InlineData("notAfter", "2026-11-20T12:00:00Z")]
    public void A_key_before_or_after_its_time_is_refused(string end, string time) =>
        Assert.Equal(["order-key-not-valid-now"], Load(_desk.Sign(), _desk.Configuration(key => key[end] = time)).Codes);

    [Fact]
    public void A_key_orders_no_more_than_it_may() =>
        Assert.Equal(
            ["order-beyond-key", "order-beyond-key"],
            Load(
                _desk.Sign(order =>
                {
                    order["products"] = (string[])["SPA962", "*"];
                    order["stations"] = (string[])["line-1", "line-2"];
                })
            ).Codes
        );

    [Fact]
    public void A_signed_order_keeps_the_rules_of_every_order() =>
        Assert.Equal(["order-quantity-beyond-macs"], Load(_desk.Sign(order => order["macRanges"] = (string[])["000E08100000"])).Codes);

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"signedBy":"plant-1"}""")]
    public void What_is_no_order_is_refused(string file) => Assert.Equal(["order-file-unreadable"], Load(_desk.Sign(file)).Codes);

    [Theory]
    [InlineData("""{"colour":1,""")]
    [InlineData("""{"quantity":2,""")]
    [InlineData("""{"Quantity":2,""")]
    public void A_member_that_is_unknown_or_there_twice_is_refused(string start) =>
        Assert.Equal(["order-file-unreadable"], Load(_desk.Sign(start + JsonSerializer.Serialize(PlanningDesk.Order)[1..])).Codes);

    [Theory]
    [InlineData("notAfter", "2026-12-01")]
    [InlineData("notAfter", "1.12.2026")]
    [InlineData("keySource", "Somebody")]
    [InlineData("quantity", "1000")]
    public void A_member_of_another_shape_is_refused(string member, string value) =>
        Assert.Equal(["order-file-unreadable"], Load(_desk.Sign(order => order[member] = value)).Codes);

    [Fact]
    public void A_null_in_a_list_is_refused() =>
        Assert.Equal(["order-file-unreadable"], Load(_desk.Sign(order => order["serials"] = (string?[])[null])).Codes);

    [Fact]
    public void A_file_beyond_any_orders_size_is_not_read() =>
        Assert.Equal(["order-file-too-large"], Load(_desk.Sign(new string(' ', 65 * 1024))).Codes);

    [Fact]
    public void An_order_is_held_against_the_file_that_it_was_loaded_from()
    {
        var configuration = _desk.Configuration();
        var signed = _desk.Sign();
        var order = Load(signed, configuration).Order!;

        Assert.True(OrderIntake.IsAsSigned(configuration, order, signed));
        // Postgres keeps microseconds; nobody's file is refused for that.
        Assert.True(OrderIntake.IsAsSigned(configuration, order with { NotAfter = order.NotAfter.AddTicks(3) }, signed));
        ProductionOrder[] altered =
        [
            order with
            {
                Name = "week-48",
            },
            order with
            {
                Products = ["SPA962", "SPA504G"],
            },
            order with
            {
                MacRanges = [MacRange.Everything],
            },
            order with
            {
                Serials = [SerialRule.Parse("*")],
            },
            order with
            {
                Quantity = 1001,
            },
            order with
            {
                Stations = [ProductionOrder.Any],
            },
            order with
            {
                NotBefore = order.NotBefore.AddSeconds(-1),
            },
            order with
            {
                NotAfter = order.NotAfter.AddSeconds(1),
            },
            order with
            {
                Profile = "cn-mac",
            },
            order with
            {
                KeySource = KeySource.Authority,
            },
            order with
            {
                SignedBy = "example",
            },
        ];
        Assert.All(altered, one => Assert.False(OrderIntake.IsAsSigned(configuration, one, signed)));
        Assert.False(OrderIntake.IsAsSigned(configuration, order, signed with { Signature = new byte[70] }));
        Assert.False(OrderIntake.IsAsSigned(_desk.Configuration(key => key["withdrawn"] = true), order, signed));
        // Its key's time is that of loading.
        Assert.True(OrderIntake.IsAsSigned(_desk.Configuration(key => key["notAfter"] = "2026-11-02T00:00:00Z"), order, signed));
    }

    public void Dispose() => _desk.Dispose();

    private (ProductionOrder? Order, IReadOnlyList<string> Codes) Load(SignedOrderFile file, AuthorityConfiguration? configuration = null)
    {
        var intake = ProposedOrderTests.Intake(configuration ?? _desk.Configuration());
        var (proposed, violations) = intake.Read(file);
        if (proposed is null)
            return (null, [.. violations.Select(violation => violation.Code)]);
        (var order, violations) = intake.Check(proposed);
        return (order, [.. violations.Select(violation => violation.Code)]);
    }
}

using SigningAuthority.Api.Publication.Ocsp;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Signer.Lanes;
using SigningAuthority.Signer.Ocsp;
using Xunit;

namespace SigningAuthority.IntegrationTests.Publication.Ocsp;

/// <summary>Addresses as clients spell them, and the rate at which the key room is asked.</summary>
public sealed class OcspMediaTests
{
    [Theory]
    // 0x30 fb ff fe: base64 with a slash and plus signs.
    [InlineData("/ocsp/MPv%2F%2Fg%3D%3D", null)]
    [InlineData("/ocsp/client/MPv%2F%2Fg%3D%3D", "client")]
    [InlineData("/ocsp/client/MPv//g==", "client")]
    [InlineData("/ocsp//MPv//g", null)]
    [InlineData("/ocsp/MPv%2f%2fg==?x=1", null)]
    [InlineData("http://host:80/ocsp/client/MPv//g==", "client")]
    public void A_request_is_read_out_of_an_address_however_it_is_escaped(string target, string? authority)
    {
        Assert.Equal([0x30, 0xFB, 0xFF, 0xFE], OcspMedia.ReadAddress(target, name => name == "client", out var named));
        Assert.Equal(authority, named);
    }

    [Theory]
    [InlineData("/ocsp/")]
    [InlineData("/ocsp")]
    [InlineData("/ocsp/client")]
    [InlineData("/ocsp/not*base64")]
    [InlineData("/ocsp/%00")]
    public void What_is_no_base64_is_no_request(string target)
    {
        // "client" is base64, and no DER: that is for the reader of requests to say.
        var octets = OcspMedia.ReadAddress(target, _ => false, out _);
        Assert.True(octets is null || octets[0] != 0x30);
    }

    [Fact]
    public void The_key_room_is_asked_so_often_a_second_and_with_nonces_by_themselves()
    {
        var time = new MovedTime();
        var configuration = AuthorityConfiguration.Load(Repository.CaConfig);
        var most = configuration.Policy.Ocsp.MostOnDemandPerSecond;
        var rates = new OnDemandRates(configuration, time);

        Assert.Equal(most, Enumerable.Range(0, most + 50).Count(_ => rates.TryTake(hasNonce: true, isIssued: true)));
        Assert.True(rates.TryTake(hasNonce: false, isIssued: true));
        time.Ticks += TimeSpan.TicksPerSecond / 10;
        Assert.Equal(most / 10, Enumerable.Range(0, most).Count(_ => rates.TryTake(hasNonce: true, isIssued: true)));
    }

    [Fact]
    public void Neither_one_address_nor_what_was_never_issued_takes_the_rate_of_the_others()
    {
        var configuration = AuthorityConfiguration.Load(Repository.CaConfig);
        var (most, share) = (configuration.Policy.Ocsp.MostOnDemandPerSecond, configuration.Policy.Ocsp.MostOnDemandPerAddress);
        var rates = new OnDemandRates(configuration, new MovedTime());

        Assert.Equal(share, Enumerable.Range(0, most).Count(_ => rates.TryTakeShare("192.0.2.1")));
        Assert.True(rates.TryTakeShare("192.0.2.2"));
        // A host has 2^64 addresses of one network.
        Assert.Equal(share, Enumerable.Range(1, most).Count(host => rates.TryTakeShare($"2001:db8::{host:x}")));
        Assert.True(rates.TryTakeShare("2001:db8:0:1::1"));

        Assert.Equal(most / 10, Enumerable.Range(0, most).Count(_ => rates.TryTake(hasNonce: false, isIssued: false)));
        Assert.Equal(most - most / 10, Enumerable.Range(0, most).Count(_ => rates.TryTake(hasNonce: false, isIssued: true)));
    }

    [Fact]
    public void Addresses_beyond_those_that_are_remembered_share_one_rate()
    {
        var rates = new OnDemandRates(AuthorityConfiguration.Load(Repository.CaConfig), new MovedTime());
        for (var i = 0; i < 10_000; i++)
            Assert.True(rates.TryTakeShare($"10.0.{i / 256}.{i % 256}"));

        Assert.InRange(Enumerable.Range(0, 1000).Count(i => rates.TryTakeShare($"10.1.{i / 256}.{i % 256}")), 1, 100);
    }

    [Fact]
    public void The_key_room_answers_so_many_a_second_and_in_small_steps_while_certificates_are_signed()
    {
        var (time, lanes) = (new MovedTime(), new LanesAtWork());
        var pace = new AnswerPace(100, lanes, time);

        Assert.Equal((64, 36, 0), (pace.Take(64), pace.Take(64), pace.Take(64)));
        time.Ticks += TimeSpan.TicksPerSecond;
        lanes.Begin();
        Assert.Equal(16, pace.Take(64));
        Assert.True(pace.Pause > TimeSpan.Zero);
        pace.GiveBack(16);
        lanes.End();
        Assert.Equal((64, TimeSpan.Zero), (pace.Take(64), pace.Pause));
    }

    private sealed class MovedTime : TimeProvider
    {
        public long Ticks { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Ticks;
    }
}

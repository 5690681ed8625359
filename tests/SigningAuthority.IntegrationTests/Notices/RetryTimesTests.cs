using Microsoft.Extensions.Configuration;
using SigningAuthority.Outreach.Notices;
using Xunit;

namespace SigningAuthority.IntegrationTests.Notices;

public sealed class RetryTimesTests
{
    private static readonly DeliverySettings Shipped = From();

    [Fact]
    public void The_pause_doubles_up_to_six_hours_and_never_leaves_its_spread()
    {
        foreach (var random in (double[])[0, 0.5, 0.999])
        {
            for (var attempts = 1; attempts < 40; attempts++)
            {
                var middle = TimeSpan.FromSeconds(Math.Min(60 * Math.Pow(2, attempts - 1), 21_600));
                var pause = RetryTimes.Next(attempts, TimeSpan.FromDays(3), Shipped, random)!.Value;
                Assert.InRange(pause, middle * 0.8, middle * 1.2);
            }
        }
    }

    [Fact]
    public void A_server_that_is_down_for_three_days_is_tried_some_twenty_times_and_once_more_at_the_end()
    {
        var (attempts, passed) = (1, TimeSpan.Zero);
        while (RetryTimes.Next(attempts, TimeSpan.FromDays(3) - passed, Shipped, 0.5) is { } pause)
        {
            passed += pause;
            attempts++;
        }

        Assert.Equal(TimeSpan.FromDays(3), passed);
        Assert.InRange(attempts, 15, 25);
    }

    [Theory]
    [InlineData("Outreach:Notices:FirstRetrySeconds", "0")]
    [InlineData("Outreach:Notices:AttemptSeconds", "x")]
    [InlineData("Outreach:Smtp:Port", "70000")]
    [InlineData("Outreach:Smtp:From", "nobody")]
    [InlineData("Outreach:Smtp:Tls", "maybe")]
    [InlineData("Outreach:Smtp:User", "somebody")]
    public void A_setting_that_can_not_be_used_is_named(string key, string value)
    {
        var wrong = Assert.Throws<InvalidOperationException>(() =>
            From(("Outreach:Smtp:Host", "mail.example.com"), ("Outreach:Smtp:From", "ca@example.com"), (key, value))
        );
        Assert.Contains(key, wrong.Message);
    }

    [Fact]
    public void A_password_is_not_sent_in_the_clear() =>
        Assert.Throws<InvalidOperationException>(() =>
            From(
                ("Outreach:Smtp:Host", "mail.example.com"),
                ("Outreach:Smtp:From", "ca@example.com"),
                ("Outreach:Smtp:Tls", "none"),
                ("Outreach:Smtp:User", "ca"),
                ("Outreach:Smtp:PasswordFile", "/run/secrets/mail")
            )
        );

    private static DeliverySettings From(params (string Key, string Value)[] settings) =>
        DeliverySettings.From(
            new ConfigurationBuilder()
                .AddInMemoryCollection(
                    settings.GroupBy(setting => setting.Key).ToDictionary(same => same.Key, same => (string?)same.Last().Value)
                )
                .Build()
        );
}

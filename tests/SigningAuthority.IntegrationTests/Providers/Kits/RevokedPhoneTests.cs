using System.Diagnostics;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Stations;
using Xunit;

namespace SigningAuthority.IntegrationTests.Providers.Kits;

/// <summary>A stolen phone, at providers' servers as the kit sets them up: by lists, by OCSP, and while the authority is away.</summary>
[Collection(KitFlows.Name)]
public sealed class RevokedPhoneTests(KitSite site)
{
    /// <summary>From the revocation to the refusal, with a provider who fetches at once; the timer of a minute comes on top.</summary>
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(60);

    // crl.refreshHours and crl.overlapDays of the shipped policy: a list made a moment ago holds for eight days.
    private static readonly TimeSpan WithinOverlap = TimeSpan.FromDays(7.9);
    private static readonly TimeSpan BeyondOverlap = TimeSpan.FromDays(8.1);

    [Theory]
    [InlineData("nginx", "nginx -p \"$PWD\" -c nginx.conf -s reload")]
    [InlineData("apache", "apache2 -d \"$PWD\" -f apache.conf -k graceful")]
    public async Task A_revoked_phone_is_turned_away_within_a_minute_and_others_are_not(string kind, string reload)
    {
        var server = site.Servers[kind];
        var (stolen, other) = (await NewPhoneAsync(server.Folder), await NewPhoneAsync(server.Folder));
        Assert.True(await IsServedAsync(stolen, server.Ports[0]));

        var sinceRevoked = Stopwatch.StartNew();
        await RevokeAsync(stolen);
        await Eventually.TrueAsync(
            async () =>
            {
                (await KitSite.FetchListsAsync(server.Folder, reload)).MustSucceed();
                return !await IsServedAsync(stolen, server.Ports[0]);
            },
            "the stolen phone to be turned away"
        );

        Assert.InRange(sinceRevoked.Elapsed, TimeSpan.Zero, Promised);
        Assert.True(await IsServedAsync(other, server.Ports[0]));
    }

    /// <summary>The variants that are commented out in the kit's configurations, switched on in place of the lists.</summary>
    [Theory]
    [InlineData("nginx", "nginx.conf", "#ssl_ocsp leaf", "ssl_ocsp leaf")]
    [InlineData("apache", "apache.conf", "#SSLOCSP", "SSLOCSP")]
    public async Task By_OCSP_a_revoked_phone_is_turned_away_at_once_and_others_are_not(string kind, string file, string off, string on)
    {
        await using var server = await CopyAsync(kind, default, (file, text => ByOcsp(text, off, on)));
        var (stolen, other) = (await NewPhoneAsync(server.Folder), await NewPhoneAsync(server.Folder));
        Assert.True(await IsServedAsync(stolen, server.Ports[0]));
        Assert.True(await IsServedAsync(other, server.Ports[0]));

        await RevokeAsync(stolen);

        Assert.False(await IsServedAsync(stolen, server.Ports[0]));
        Assert.True(await IsServedAsync(other, server.Ports[0]));
    }

    /// <summary>nginx keeps no answers here: it asks at each connection.</summary>
    [Fact]
    public async Task By_OCSP_a_phone_whose_answer_is_stored_is_served_while_the_key_room_is_away_and_another_is_not()
    {
        await using var server = await CopyAsync("nginx", default, ("nginx.conf", text => ByOcsp(text, "#ssl_ocsp leaf", "ssl_ocsp leaf")));
        var (asked, fresh) = (await NewPhoneAsync(server.Folder), await NewPhoneAsync(server.Folder));
        Assert.True(await IsServedAsync(asked, server.Ports[0]));

        await site.Authority.StopSignerAsync();
        try
        {
            Assert.True(await IsServedAsync(asked, server.Ports[0]));
            Assert.False(await IsServedAsync(fresh, server.Ports[0]));
        }
        finally
        {
            await site.StartSignerAsync();
        }

        await Eventually.TrueAsync(() => IsServedAsync(fresh, server.Ports[0]), "the key room to answer for the other phone");
    }

    [Theory]
    [InlineData("nginx")]
    [InlineData("apache")]
    public async Task While_the_authority_is_away_its_lists_hold_for_the_overlap_and_not_beyond(string kind)
    {
        var server = site.Servers[kind];
        var (stolen, other) = (await NewPhoneAsync(server.Folder), await NewPhoneAsync(server.Folder));
        await RevokeAsync(stolen);
        await Eventually.TrueAsync(
            async () =>
            {
                (await KitSite.FetchListsAsync(server.Folder)).MustSucceed();
                await using var reloaded = await CopyAsync(kind, default);
                return !await IsServedAsync(stolen, reloaded.Ports[0]);
            },
            "a list with the stolen phone"
        );

        await site.Authority.StopApiAsync();
        await site.Authority.StopSignerAsync();
        try
        {
            Assert.Equal(1, (await KitSite.FetchListsAsync(server.Folder)).ExitCode);
            await using (var late = await CopyAsync(kind, WithinOverlap))
            {
                Assert.True(await IsServedAsync(other, late.Ports[0]));
                Assert.False(await IsServedAsync(stolen, late.Ports[0]));
            }

            await using var tooLate = await CopyAsync(kind, BeyondOverlap);
            Assert.False(await IsServedAsync(other, tooLate.Ports[0]));
        }
        finally
        {
            await site.StartSignerAsync();
            await site.Authority.StartApiAsync();
        }
    }

    private static string ByOcsp(string configuration, string off, string on) =>
        configuration.Replace(off, on).Replace("ssl_crl ", "#ssl_crl ").Replace("    SSLCARevocation", "    #SSLCARevocation");

    private async Task<FactoryDevice> NewPhoneAsync(string folder)
    {
        var phone = await site.CertifyPhoneAsync(FactoryDevice.MakeQuickly());
        await KitSite.ServeAsync(phone, folder);
        return phone;
    }

    private Task RevokeAsync(FactoryDevice phone) => LostKey.ReportAsync(site.Authority, site.CertificateOf(phone), site.KeyOf(phone));

    /// <summary>Another server of the same kit, on ports of its own.</summary>
    private async Task<KitServerProcess> CopyAsync(string kind, TimeSpan later, params (string File, Func<string, string> Change)[] changes)
    {
        var original = site.Servers[kind];
        var folder = original.Folder + "-" + Guid.NewGuid().ToString("N")[..8];
        (await ExternalProgram.RunAsync("cp", ["-r", original.Folder, folder])).MustSucceed();
        (await ExternalProgram.RunAsync("find", [Path.Combine(folder, "run"), "-type", "f", "-delete"])).MustSucceed();
        int[] ports = [.. original.Ports.Select(_ => FreePort.Take())];
        foreach (var name in (string[])["nginx.conf", "apache.conf"])
        {
            var file = Path.Combine(folder, name);
            var text = await File.ReadAllTextAsync(file);
            foreach (var (before, after) in original.Ports.Zip(ports))
                text = text.Replace($":{before}", $":{after}");
            foreach (var (_, change) in changes.Where(change => change.File == name))
                text = change(text);
            await File.WriteAllTextAsync(file, text);
        }

        return await KitServerProcess.StartAsync(kind, folder, ports, later);
    }

    private async Task<bool> IsServedAsync(FactoryDevice phone, int port)
    {
        var result = await ExternalProgram.RunAsync(
            "curl",
            [
                "--silent",
                "--max-time",
                "20",
                "--cacert",
                Path.Combine(site.Servers["nginx"].Folder, "server-roots", "sipura.pem"),
                "--connect-to",
                $"{KitSite.Host}:443:127.0.0.1:{port}",
                "--cert",
                site.CertificateOf(phone),
                "--key",
                site.KeyOf(phone),
                $"https://{KitSite.Host}/{phone.Mac}.cfg",
            ]
        );
        return result.ExitCode == 0 && result.Output == KitSite.ProfileOf(phone);
    }
}

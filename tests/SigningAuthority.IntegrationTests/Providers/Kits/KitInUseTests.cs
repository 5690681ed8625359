using SigningAuthority.IntegrationTests.Fixtures;
using Xunit;

namespace SigningAuthority.IntegrationTests.Providers.Kits;

/// <summary>nginx and Apache as the kit starts them, and phones of all subject layouts in front.</summary>
[Collection(KitFlows.Name)]
public sealed class KitInUseTests(KitSite site)
{
    private const int Refused = 2;

    public static TheoryData<string> Servers => [.. KitServerProcess.Kinds];

    public static TheoryData<string, string> ServersAndProfiles
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var server in KitServerProcess.Kinds)
            {
                foreach (var profile in KitSite.Profiles)
                    data.Add(server, profile);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(ServersAndProfiles))]
    public async Task A_phone_gets_its_own_file_and_no_others(string kind, string profile)
    {
        var (server, phone) = (site.Servers[kind], site.Phones[profile]);
        Assert.Equal(KitSite.ProfileOf(phone), (await site.FetchAsync(phone, server)).MustSucceed().Output);

        foreach (var other in site.Phones.Values.Where(other => other != phone))
        {
            foreach (var file in (string[])[$"{other.Mac}.cfg", $"{other.Mac}.xml", $"{phone.Mac}.cfg/../{other.Mac}.cfg"])
            {
                var result = await CurlAsync(server, file, phone);
                Assert.DoesNotContain("flat-profile", result.Output);
            }

            var refused = await site.FetchAsync(phone, server, other.Mac + ".cfg");
            Assert.True(refused.ExitCode == Refused, refused.ToString());
            Assert.StartsWith("other-device-file:", refused.Error);
            Assert.Empty(refused.Output);
        }
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Without_a_certificate_or_with_that_of_another_authority_there_is_nothing(string kind)
    {
        var (server, phone) = (site.Servers[kind], site.Phones["cn-mac"]);
        var stranger = Path.Combine(site.Authority.Scratch, kind + "-stranger");
        await OpenSsl.RunAsync([
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "9",
            "-subj",
            "/CN=" + phone.Mac,
            "-keyout",
            stranger + ".key",
            "-out",
            stranger + ".crt",
        ]);
        Assert.Contains("flat-profile", (await CurlAsync(server, phone.Mac + ".cfg", phone)).Output);

        foreach (
            var credential in (string[][])
                [
                    [],
                    ["--cert", stranger + ".crt", "--key", stranger + ".key"],
                ]
        )
        {
            var result = await CurlAsync(server, phone.Mac + ".cfg", credential);
            // nginx answers 400, Apache ends the handshake.
            Assert.True(result.Output.EndsWith("400", StringComparison.Ordinal) || result.ExitCode != 0, result.ToString());
            Assert.DoesNotContain("flat-profile", result.Output);
        }
    }

    [Theory]
    [InlineData("nginx", "nginx -p")]
    [InlineData("apache", "apache2 -d")]
    public async Task The_commands_of_the_README_say_that_the_kit_is_right(string kind, string start)
    {
        var (server, phone) = (site.Servers[kind], site.Phones["cn-mac"]);
        var commands = (await File.ReadAllLinesAsync(Path.Combine(server.Folder, "README.txt"))).Select(line => line.Trim()).ToList();
        Assert.Equal(
            "the key fits\n",
            (await RunAsync(commands.Single(line => line.StartsWith("[ \"$(openssl x509")))).MustSucceed().Output
        );

        // The server runs already: what would start it is the rest of the line.
        var test = commands.Single(line => line.StartsWith(start)).Split("&&");
        (await RunAsync(test[0])).MustSucceed();
        Assert.Equal(test[0].Replace(" -t ", " ").Trim(), test[1].Replace(" -k start", "").Trim());

        File.Copy(site.CertificateOf(phone), Path.Combine(server.Folder, "device.crt"), overwrite: true);
        File.Copy(site.KeyOf(phone), Path.Combine(server.Folder, "device.key"), overwrite: true);
        var signctl = $"signctl() {{ dotnet '{BuiltProgram.Signctl}' \"$@\" --resolver {site.Resolver}; }}\n";
        var seen = await RunAsync(signctl + commands.Single(line => line.StartsWith("signctl phone")));
        Assert.Equal(KitSite.ProfileOf(phone), seen.MustSucceed().Output);

        Task<ProgramResult> RunAsync(string command) =>
            ExternalProgram.RunAsync("bash", ["-c", "export PATH=$PATH:/usr/sbin\n" + command], folder: server.Folder);
    }

    private Task<ProgramResult> CurlAsync(KitServerProcess server, string file, Stations.FactoryDevice phone) =>
        CurlAsync(server, file, ["--cert", site.CertificateOf(phone), "--key", site.KeyOf(phone)]);

    private static Task<ProgramResult> CurlAsync(KitServerProcess server, string file, string[] credential) =>
        ExternalProgram.RunAsync(
            "curl",
            [
                "--silent",
                "--path-as-is",
                "--cacert",
                Path.Combine(server.Folder, "server-roots", "sipura.pem"),
                "--connect-to",
                $"{KitSite.Host}:443:127.0.0.1:{server.Ports[0]}",
                "--write-out",
                "%{http_code}",
                .. credential,
                $"https://{KitSite.Host}/{file}",
            ]
        );
}

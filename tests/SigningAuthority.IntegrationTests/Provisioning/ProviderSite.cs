using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Providers;
using SigningAuthority.IntegrationTests.Stations;
using Xunit;

namespace SigningAuthority.IntegrationTests.Provisioning;

/// <summary>
/// A provider's site: sprov.callme.com with the certificate of the older generation, the same host with that of the newer one, a
/// spoofed server, a resolver; two phones from the line; the roots as published.
/// </summary>
public sealed class ProviderSite(RunningAuthority authority) : IAsyncLifetime
{
    internal const string Host = "sprov.callme.com";

    private NameServer? _names;
    private NameServer? _wrongNames;
    private (string Certificate, string Key) _files;

    internal ProvisioningServer Server { get; private set; } = null!;

    internal ProvisioningServer NewerServer { get; private set; } = null!;

    internal ProvisioningServer Spoof { get; private set; } = null!;

    internal FactoryDevice Phone { get; } = FactoryDevice.Make("SPA962");

    internal FactoryDevice NewerPhone { get; } = FactoryDevice.Make("SPA504G");

    /// <summary>Certificate and key of <see cref="Server"/>, for another server of the same name.</summary>
    internal (string Certificate, string Key) ServerFiles => _files;

    /// <summary>Knows <see cref="Host"/> as it is.</summary>
    internal string Resolver => _names!.EndPoint;

    /// <summary>Knows <see cref="Host"/> at another address.</summary>
    internal string WrongResolver => _wrongNames!.EndPoint;

    public async Task InitializeAsync()
    {
        var made = await MadeRequest.MakeAsync(authority.Scratch, Host);
        var desk = new ProviderDesk(authority.Client(authority.TelcoToken));
        foreach (var file in (string[])["sipura.pem", "cisco-sb.pem", "client-bundle.pem"])
            await File.WriteAllBytesAsync(Published(file), (await authority.Client().AskAsync("roots/" + file)).Body);
        var bundle = Published("client-bundle.pem");
        _files = (await desk.CertifyAsync(made, authority.Scratch), made.KeyFile);
        Server = await ProvisioningServer.StartAsync(Host, _files.Certificate, _files.Key, bundle);
        NewerServer = await ProvisioningServer.StartAsync(
            Host,
            await desk.CertifyAsync(made, authority.Scratch, "SPA504G", "cisco-sb"),
            made.KeyFile,
            bundle
        );
        var (spoofed, spoofedKey) = await SpoofAsync();
        Spoof = await ProvisioningServer.StartAsync(Host, spoofed, spoofedKey, bundle);
        _names = await NameServer.StartAsync((Host, "127.0.0.1"));
        _wrongNames = await NameServer.StartAsync((Host, "127.0.0.9"));

        var line = new StationDesk(authority.StationClient());
        foreach (var phone in new[] { Phone, NewerPhone })
        {
            await File.WriteAllTextAsync(CertificateOf(phone), await line.CertifyAsync(phone));
            await File.WriteAllTextAsync(KeyOf(phone), phone.Key.ExportPkcs8PrivateKeyPem() + "\n");
            foreach (var server in new[] { Server, NewerServer, Spoof })
                await server.ServeAsync(phone.Mac, ProfileOf(phone));
        }
    }

    public async Task DisposeAsync()
    {
        foreach (var part in new IAsyncDisposable?[] { Server, NewerServer, Spoof, _names, _wrongNames })
        {
            if (part is not null)
                await part.DisposeAsync();
        }
    }

    internal static string ProfileOf(FactoryDevice phone) => $"<flat-profile><!-- {phone.Serial} --></flat-profile>\n";

    internal string Published(string file) => Path.Combine(authority.Scratch, "published-" + file);

    internal string CertificateOf(FactoryDevice phone) => Path.Combine(authority.Scratch, phone.Mac + ".crt");

    internal string KeyOf(FactoryDevice phone) => Path.Combine(authority.Scratch, phone.Mac + ".key");

    /// <summary>`signctl phone`: as this phone, trusting this root, asking this server for a file.</summary>
    internal Task<ProgramResult> FetchAsync(
        FactoryDevice phone,
        ProvisioningServer server,
        string root,
        string file = "$MAU.cfg",
        string? resolver = null,
        params string[] more
    ) =>
        RunningAuthority.SignctlAsync([
            "phone",
            $"https://{Host}:{server.Port}/{file}",
            "--root",
            Published(root + ".pem"),
            "--cert",
            CertificateOf(phone),
            "--key",
            KeyOf(phone),
            "--resolver",
            resolver ?? Resolver,
            .. more,
        ]);

    /// <summary>A server certificate signed by a stranger whose root has the very name of the real one: only the key tells them apart.</summary>
    private async Task<(string Certificate, string Key)> SpoofAsync()
    {
        var stem = Path.Combine(authority.Scratch, "spoof");
        var subject = (await OpenSsl.RunAsync("x509", "-in", Published("sipura.pem"), "-noout", "-subject", "-nameopt", "compat")).Trim()[
            "subject=".Length..
        ];
        await OpenSsl.RunAsync(
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "30",
            "-subj",
            subject,
            "-keyout",
            stem + "-root.key",
            "-out",
            stem + "-root.pem"
        );
        await OpenSsl.RunAsync(
            "req",
            "-new",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-subj",
            "/CN=" + Host,
            "-keyout",
            stem + ".key",
            "-out",
            stem + ".csr"
        );
        await File.WriteAllTextAsync(
            stem + ".ext",
            $"subjectAltName=DNS:{Host}\nkeyUsage=digitalSignature,keyEncipherment\nextendedKeyUsage=serverAuth\n"
        );
        await OpenSsl.RunAsync(
            "x509",
            "-req",
            "-in",
            stem + ".csr",
            "-CA",
            stem + "-root.pem",
            "-CAkey",
            stem + "-root.key",
            "-days",
            "30",
            "-extfile",
            stem + ".ext",
            "-out",
            stem + ".crt"
        );
        return (stem + ".crt", stem + ".key");
    }
}

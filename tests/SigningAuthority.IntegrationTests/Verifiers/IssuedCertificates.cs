using System.Security.Cryptography.X509Certificates;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Providers;
using SigningAuthority.IntegrationTests.Stations;
using Xunit;

namespace SigningAuthority.IntegrationTests.Verifiers;

/// <summary>One certificate of each kind and generation, issued as its holder gets it.</summary>
public sealed class IssuedCertificates(RunningAuthority authority) : IAsyncLifetime
{
    public const string Host = "pv.telco.net";

    /// <summary>A kind, the authority that signs it, what it is for.</summary>
    internal static IReadOnlyDictionary<string, (string Authority, Use Use)> Kinds { get; } =
        new Dictionary<string, (string, Use)>
        {
            ["server, sipura"] = ("sipura", new Use(IsServer: true, Host)),
            ["server, linksys"] = ("linksys", new Use(IsServer: true, Host)),
            ["server, cisco-sb"] = ("cisco-sb", new Use(IsServer: true, Host)),
            ["server, cisco-2k"] = ("cisco-2k", new Use(IsServer: true, Host)),
            ["device"] = ("client", new Use(IsServer: false)),
            ["station"] = ("station", new Use(IsServer: false)),
            ["front door"] = ("service", new Use(IsServer: true, "localhost")),
        };

    public Task InitializeAsync() => CreateAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    internal string Leaf(string kind) => Path.Combine(authority.Scratch, kind + ".leaf.pem");

    internal string Root(string id) => Path.Combine(authority.Scratch, id + ".root.pem");

    /// <summary>From now to the last moment of its life.</summary>
    internal TimeSpan TimeLeft(string kind)
    {
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(Leaf(kind));
        return certificate.NotAfter.ToUniversalTime() - DateTime.UtcNow;
    }

    /// <summary>The certificate with one bit changed, at this part of its length.</summary>
    internal string Altered(string kind, double where)
    {
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(Leaf(kind));
        var der = certificate.RawData;
        der[(int)((der.Length - 1) * where)] ^= 0x01;
        var file = Path.Combine(authority.Scratch, Guid.NewGuid() + ".pem");
        File.WriteAllText(file, System.Security.Cryptography.PemEncoding.WriteString("CERTIFICATE", der) + "\n");
        return file;
    }

    private async Task CreateAsync()
    {
        foreach (var (id, _) in Kinds.Values)
            await File.WriteAllTextAsync(Root(id), await authority.RootPemAsync(id));
        var desk = new ProviderDesk(authority.Client(authority.TelcoToken));
        var made = await MadeRequest.MakeAsync(authority.Scratch, Host + "/mailto:admin@telco.net");
        foreach (
            var (device, generation) in new[]
            {
                ("SPA962", "sipura"),
                ("PAP2", "linksys"),
                ("SPA504G", "cisco-sb"),
                ("SPA504G@7.5.6", "cisco-2k"),
            }
        )
            File.Move(await desk.CertifyAsync(made, authority.Scratch, device, generation), Leaf("server, " + generation));
        await File.WriteAllTextAsync(Leaf("device"), await new StationDesk(authority.StationClient()).CertifyAsync(FactoryDevice.Make()));
        File.Copy(authority.StationCertificateFile, Leaf("station"));
        File.Copy(authority.ApiCertificateFile, Leaf("front door"));
    }
}

using System.Security.Cryptography.X509Certificates;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Stations;

namespace SigningAuthority.IntegrationTests.Publication.Ocsp;

/// <summary>Certificates to ask after, and their files for programs.</summary>
internal sealed class OcspFlow(RunningAuthority authority)
{
    private readonly StationDesk _line = new(authority.StationClient());

    public RevokedRows Revoked { get; } = new(authority);

    /// <summary>By plain HTTP, as certificates say.</summary>
    public OcspClient Client { get; } = new(new HttpClient { BaseAddress = authority.PlainAddress });

    public async Task<Asked> RootAsync(string id)
    {
        var root = X509Certificate2.CreateFromPem(await authority.RootPemAsync(id));
        return Asked.Of(id, root, root);
    }

    /// <summary>A new device's certificate.</summary>
    public async Task<Asked> DeviceAsync() => (await DeviceWithFileAsync()).Asked;

    public async Task<(Asked Asked, string File)> DeviceWithFileAsync()
    {
        var pem = await Standstill.ExplainAsync(authority, authority.Signers.Values, () => _line.CertifyAsync(FactoryDevice.MakeQuickly()));
        var file = Path.Combine(authority.Scratch, Guid.NewGuid() + ".pem");
        await File.WriteAllTextAsync(file, pem);
        using var leaf = X509Certificate2.CreateFromPem(pem);
        return (Asked.Of("client", (await RootAsync("client")).Issuer, leaf), file);
    }

    public async Task<string> RootFileAsync(string id)
    {
        var file = Path.Combine(authority.Scratch, $"{id}-{Guid.NewGuid()}.pem");
        await File.WriteAllTextAsync(file, await authority.RootPemAsync(id));
        return file;
    }

    /// <summary>`openssl ocsp`, with the root trusted and nothing else.</summary>
    /// <param name="root">PEM file.</param>
    /// <param name="arguments">What is asked after, and how.</param>
    public Task<ProgramResult> OpenSslAsync(string root, params string[] arguments) =>
        OpenSsl.TryAsync([
            "ocsp",
            "-CAfile",
            root,
            "-url",
            new Uri(authority.PlainAddress, "ocsp/client").AbsoluteUri,
            "-issuer",
            root,
            .. arguments,
        ]);
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Providers;
using SigningAuthority.IntegrationTests.Stations;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Signer.Keys;
using Xunit;

namespace SigningAuthority.IntegrationTests.Verifiers.Revocations;

/// <summary>
/// An authority with lists so small that there are deltas and shards at once: of each kind two certificates, one in force and one revoked by
/// its own key; and what is published of it, in files.
/// </summary>
public sealed class RevocationSite : IAsyncLifetime
{
    /// <summary>So many devices' certificates name the complete list; the next ones name a shard.</summary>
    private const int ShardSize = 10;

    private static readonly TimeSpan BetweenDevices = TimeSpan.FromMilliseconds(400);

    private readonly string _folder = Directory.CreateTempSubdirectory("sa-revocation-").FullName;

    /// <summary>A kind of certificate, and who signs it.</summary>
    internal static IReadOnlyDictionary<string, string> Kinds { get; } =
        new Dictionary<string, string>
        {
            ["server, sipura"] = "sipura",
            ["server, linksys"] = "linksys",
            ["server, cisco-sb"] = "cisco-sb",
            ["server, cisco-2k"] = "cisco-2k",
            ["device"] = "client",
            ["station"] = "station",
            ["front door"] = "service",
        };

    /// <summary>In force; revoked since the newest complete list; of a shard: in force, and revoked.</summary>
    internal const string DeviceInDelta = "device in delta";
    internal const string DeviceOfShard = "device of shard";

    /// <summary>Its certificate names no list: in force, and revoked.</summary>
    internal const string DeviceWithoutList = "device without list";

    /// <summary>What a family of its own has certificates of that name no list, as an operator may have it.</summary>
    private const string ProfileWithoutList = "cn-mac-plain";

    internal RunningAuthority Authority { get; private set; } = null!;

    /// <summary>The client root's key in other hands: who has the key store's files.</summary>
    internal KeyHolder ClientRoot { get; private set; } = null!;

    internal string Good(string kind) => Path.Combine(_folder, kind + ".good.pem");

    internal string Revoked(string kind) => Path.Combine(_folder, kind + ".revoked.pem");

    internal string Root(string authority) => Path.Combine(_folder, authority + ".root.pem");

    internal string List(string authority) => Path.Combine(_folder, authority + ".list.pem");

    internal string Delta => Path.Combine(_folder, "client.delta.pem");

    internal string Shard => Path.Combine(_folder, "client.shard.pem");

    internal string Scratch => Path.Combine(_folder, Guid.NewGuid().ToString("N"));

    public async Task InitializeAsync()
    {
        var configuration = Path.Combine(_folder, "ca-config");
        CaConfigCopy.Write(
            configuration,
            ("policies/policy.json", WithSmallLists),
            ($"profiles/{ProfileWithoutList}.json", profile => profile["addresses"] = new JsonArray("Ocsp", "CaIssuers")),
            ("device-families/wip310.json", family => family["deviceCertificates"]!["profile"] = ProfileWithoutList)
        );
        Authority = await RunningAuthority.StartAsync(new AuthorityOptions { Keys = KeyStoreKind.File, CaConfig = configuration });
        foreach (var authority in Kinds.Values)
            await File.WriteAllTextAsync(Root(authority), await Authority.RootPemAsync(authority));
        OpenClientRoot();

        await CertifyServersAsync();
        await CertifyStationsAsync();
        await CertifyDevicesAsync();
        foreach (var kind in Kinds.Keys)
            await RevokeAsync(Revoked(kind));
        await Task.WhenAll(Kinds.Values.Select(authority => AwaitListAsync(authority)));
        await CertifyDevicesOfShardAsync();

        // The complete list has an entry now, and the next one waits for its time; the delta tells, from the list that is kept on.
        await RevokeAsync(Revoked(DeviceInDelta));
        await AwaitAsync("crl/client.delta.crl", Delta, Revoked(DeviceInDelta));
        await RevokeAsync(Revoked(DeviceOfShard));
        await AwaitAsync(new Uri(PointOf(Good(DeviceOfShard))!).AbsolutePath[1..], Shard, Revoked(DeviceOfShard));
        await RevokeAsync(Revoked(DeviceWithoutList));
        await Eventually.TrueAsync(
            async () => (await ReadAsync(await AskAsync(Revoked(DeviceWithoutList), "client"))).Contains("Cert Status: revoked"),
            "the responder to know that it is revoked"
        );
    }

    public async Task DisposeAsync()
    {
        ClientRoot?.Dispose();
        if (Authority is not null)
        {
            await Authority.VerifyLogAsync();
            await Authority.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>What the authority answers about a certificate, by POST as openssl asks; DER file.</summary>
    internal async Task<string> AskAsync(string leaf, string authority, params string[] arguments)
    {
        var file = Scratch;
        // The first question to an authority may find its responder not certified yet.
        await Eventually.TrueAsync(
            async () =>
            {
                var asked = await OpenSsl.TryAsync([
                    "ocsp",
                    "-issuer",
                    Root(authority),
                    .. arguments,
                    "-cert",
                    leaf,
                    "-url",
                    new Uri(Authority.PlainAddress, "ocsp/" + authority).AbsoluteUri,
                    "-noverify",
                    "-respout",
                    file,
                ]);
                return !asked.Error.Contains("trylater", StringComparison.Ordinal) && asked.MustSucceed().ExitCode == 0;
            },
            "the authority answers"
        );
        return file;
    }

    /// <summary>A response in words.</summary>
    internal static Task<string> ReadAsync(string response) => OpenSsl.RunAsync("ocsp", "-respin", response, "-noverify", "-resp_text");

    /// <summary>A device's certificate that the client root's key signed and the authority never recorded; PEM file.</summary>
    internal string Mint(CertificatePoints points, CertificateSerialNumber? serial = null)
    {
        var file = Scratch + ".pem";
        var der = ClientRoot.Certify(points, serial ?? CertificateSerialNumber.Draw());
        File.WriteAllText(file, PemEncoding.WriteString("CERTIFICATE", der) + "\n");
        return file;
    }

    private void OpenClientRoot()
    {
        using var store = new FileKeyStore(Path.Combine(Authority.Folder, "keys"), Path.Combine(Authority.Folder, "passphrase"));
        using var root = X509CertificateLoader.LoadCertificateFromFile(Root("client"));
        ClientRoot = KeyHolder.Of(root.RawData, store.Open("client"));
    }

    private Task RevokeAsync(string leaf) => LostKey.ReportAsync(Authority, leaf, leaf + ".key");

    private Task AwaitListAsync(string authority)
    {
        var kind = Kinds.First(kind => kind.Value == authority).Key;
        return AwaitAsync($"crl/{authority}.crl", List(authority), Revoked(kind));
    }

    /// <summary>Fetches a list until this certificate stands on it.</summary>
    private async Task AwaitAsync(string path, string file, string revoked)
    {
        using var client = new HttpClient { BaseAddress = Authority.PlainAddress };
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(revoked);
        var serial = certificate.SerialNumberBytes.ToArray();
        await Eventually.TrueAsync(
            async () =>
            {
                using var response = await client.GetAsync(path);
                if (!response.IsSuccessStatusCode)
                    return false;
                var der = await response.Content.ReadAsByteArrayAsync();
                await File.WriteAllTextAsync(file, PemEncoding.WriteString("X509 CRL", der) + "\n");
                return der.AsSpan().IndexOf(serial) >= 0;
            },
            $"{path} to hold {certificate.Subject}"
        );
    }

    private async Task CertifyServersAsync()
    {
        var desk = new ProviderDesk(Authority.Client(Authority.TelcoToken));
        foreach (var (host, fileOf) in new (string, Func<string, string>)[] { ("pv.telco.net", Good), ("lost.telco.net", Revoked) })
        {
            var made = await MadeRequest.MakeAsync(_folder, host);
            foreach (
                var (device, generation) in new[]
                {
                    ("SPA962", "sipura"),
                    ("PAP2", "linksys"),
                    ("SPA504G", "cisco-sb"),
                    ("SPA504G@7.5.6", "cisco-2k"),
                }
            )
            {
                var file = fileOf("server, " + generation);
                File.Move(await desk.CertifyAsync(made, _folder, device, generation), file);
                File.Copy(made.KeyFile, file + ".key");
            }

            var door = fileOf("front door");
            await Authority.OperatorAsync("service-tls", "--dns", "localhost", "--out-certificate", door, "--out-key", door + ".key");
        }
    }

    private async Task CertifyStationsAsync()
    {
        File.Copy(Authority.StationCertificateFile, Good("station"));
        (await Authority.EnrolStationAsync("line-lost")).Dispose();
        File.Copy(Path.Combine(Authority.Folder, "line-lost.crt"), Revoked("station"));
        File.Copy(Path.Combine(Authority.Folder, "line-lost.key"), Revoked("station") + ".key");
    }

    private async Task CertifyDevicesAsync()
    {
        foreach (var file in (string[])[Good("device"), Revoked("device"), Revoked(DeviceInDelta)])
            await CertifyDeviceAsync(file);
        foreach (var file in (string[])[Good(DeviceWithoutList), Revoked(DeviceWithoutList)])
            await CertifyDeviceAsync(file, "WIP310");
    }

    /// <summary>The key room counts what it has issued now and then: devices are made until one names a shard, and then two that name the same.</summary>
    private async Task CertifyDevicesOfShardAsync()
    {
        var (good, revoked) = (Good(DeviceOfShard), Revoked(DeviceOfShard));
        await Eventually.TrueAsync(
            async () =>
            {
                await CertifyDeviceAsync(good);
                await CertifyDeviceAsync(revoked);
                await Task.Delay(BetweenDevices);
                return PointOf(good) is { } point && point == PointOf(revoked) && point != PointOf(Good("device"));
            },
            "devices of a shard"
        );
    }

    private async Task CertifyDeviceAsync(string file, string product = "SPA962")
    {
        var device = FactoryDevice.MakeQuickly(product);
        await File.WriteAllTextAsync(file, await new StationDesk(Authority.StationClient()).CertifyAsync(device));
        await File.WriteAllTextAsync(file + ".key", device.Key.ExportPkcs8PrivateKeyPem() + "\n");
    }

    /// <summary>The list that a certificate names (RFC 5280 §4.2.1.13).</summary>
    internal static string? PointOf(string leaf)
    {
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(leaf);
        var text = certificate.Extensions["2.5.29.31"] is { } points ? System.Text.Encoding.Latin1.GetString(points.RawData) : "";
        return text.IndexOf("http://", StringComparison.Ordinal) is >= 0 and var at ? text[at..] : null;
    }

    private static void WithSmallLists(JsonNode policy)
    {
        policy["crl"]!["shardSize"] = ShardSize;
        policy["crl"]!["mostEntriesAtOnce"] = 0;
    }
}

/// <summary>All that judges revocation shares one authority.</summary>
[CollectionDefinition(Name)]
public sealed class RevocationFlows : ICollectionFixture<RevocationSite>
{
    public const string Name = "revocation flows";
}

using System.CommandLine;
using System.Net;
using System.Runtime.Versioning;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using SigningAuthority.Client.Checks;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Client.Connections;
using SigningAuthority.Client.Phones;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Devices;
using SigningAuthority.Issuance.Firmware;

namespace SigningAuthority.Client.Servers;

/// <summary><c>signctl check-server</c>: which phones would accept a provisioning server, and what to mend.</summary>
internal static class CheckServerCommand
{
    private const string Description = """
        Connects to a provisioning server as phones do (A records only, TLS 1.2 with the old firmware's ciphers) and says for each
        device family, firmware and generation whether it would accept the server, why not, and what mends it. Also looks whether
        the server asks for client certificates, names the client root, and sends no intermediate; with a test device's certificate
        (the authority's operator issues one), whether it serves a device and compares the MAC address. Exit status 0: every phone
        named is served and nothing is to mend; 2: something is; 3: the server can't be reached.
        """;

    private static readonly Argument<string> Address = new("ADDRESS") { Description = "https://HOST[:PORT]; a path is not looked at." };
    private static readonly Option<string[]> Devices = new("--device")
    {
        Description =
            "Device types that are served, with firmware where it matters: SPA962,SPA504G@7.5.6; repeat it or part them by commas.",
        Required = true,
    };
    private static readonly Option<string?> Certificate = new("--cert") { Description = "A test device's certificate, PEM." };
    private static readonly Option<string?> Key = new("--key") { Description = "The test device's private key, PEM." };
    private static readonly Option<string> Rule = new("--path")
    {
        Description = "Path of a device's file, with $MAU or $MA in it (quote it from the shell).",
        DefaultValueFactory = _ => "/$MAU.cfg",
    };
    private static readonly Option<string?> OtherMac = new("--other-mac")
    {
        Description = "MAC address of another device whose file is there; one that nobody has without it.",
    };
    private static readonly Option<string?> Roots = new("--roots")
    {
        Description = "Folder with GENERATION.pem of each generation and spacroot.crt; from the service's /roots without it.",
    };
    private static readonly Option<string?> Configuration = new("--config")
    {
        Description = "A ca-config folder to judge by, instead of the one inside signctl.",
    };
    private static readonly Option<string?> Resolver = new("--resolver")
    {
        Description = "ADDR:PORT of the DNS resolver to ask; the system's without it.",
    };
    private static readonly Option<string?> Connect = new("--connect")
    {
        Description = "ADDR:PORT to connect to instead of the host's A record.",
    };
    private static readonly Option<bool> Json = new("--json") { Description = "Print the whole result as JSON." };
    private static readonly ServiceOptions Service = new();

    public static Command Build()
    {
        var command = new DocumentedCommand(
            "check-server",
            Description,
            "signctl check-server https://prov.example.com --device SPA962,SPA504G@7.5.6",
            "signctl check-server https://prov.example.com --device SPA962 --roots roots --cert test.crt --key test.key --other-mac 000E08A1B2C3",
            "signctl check-server https://prov.example.com:8443 --device SPA2102 --resolver 127.0.0.1:5353 --json"
        )
        {
            Address,
            Devices,
            Certificate,
            Key,
            Rule,
            OtherMac,
            Roots,
            Configuration,
            Resolver,
            Connect,
            Json,
        };
        Service.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        if (!OperatingSystem.IsLinux())
            throw new InvalidInputException("check-server needs OpenSSL's choice of cipher suites, and so Linux.");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        try
        {
            var result = await CheckAsync(parsed, limit.Token);
            if (parsed.GetValue(Json))
                await Console.Out.WriteLineAsync(JsonSerializer.Serialize(result, ReportJson.Options));
            else
                result.Print(Console.Out);
            return result.Ok ? ExitCodes.Done : ExitCodes.Refused;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new WorldFaultException("no-answer", "the server did not answer within two minutes.");
        }
    }

    [SupportedOSPlatform("linux")]
    private static async Task<CheckedServer> CheckAsync(ParseResult parsed, CancellationToken cancellation)
    {
        // 1. What is asked, and by whose rules.
        var configuration = ShippedConfiguration.Load(parsed.GetValue(Configuration));
        var phones = ReadPhones(parsed, configuration);
        using var device = ReadDevice(parsed);
        var site = ProvisioningAddress.Parse(parsed.GetRequiredValue(Address), mac: null);

        // 2. The roots that those phones have compiled in, and those that their own certificates come from.
        var now = TimeProvider.System.GetUtcNow();
        var clientRoots = configuration.ClientRoots.Where(root => root.ActiveFrom is not { } day || day <= now).ToList();
        var roots = await ReadRootsAsync(
            parsed,
            [.. phones.Select(phone => phone.Generation).Concat(clientRoots).DistinctBy(root => root.Id)],
            cancellation
        );

        // 3. Look at the server once: all old firmware speaks alike, and only the judgement differs.
        var addresses = await new AddressLookup(ReadEndPoint(parsed, Resolver)).FindAsync(site.Host, cancellation);
        var server = new ObserveServer(ReadEndPoint(parsed, Connect), addresses);
        var seen = await server.LookAsync(site, cancellation);

        // 4. Judge it for each kind of phone, then the server itself, then try it as a device if it asks who is there.
        var rows = JudgeServer.Rows(seen, phones, roots, now);
        IReadOnlyList<Refusal> findings =
        [
            .. JudgeServer.Findings(seen, clientRoots.Select(root => roots[root.Id])),
            .. device is null || seen.AcceptableIssuers is null ? [] : await TryAsync(parsed, server, device, site, cancellation),
        ];
        return new CheckedServer(
            JudgeServer.Serves(rows) && findings.Count == 0,
            site.Url.ToString(),
            seen.Peer.ToString(),
            rows,
            findings
        );
    }

    [SupportedOSPlatform("linux")]
    private static async Task<IReadOnlyList<Refusal>> TryAsync(
        ParseResult parsed,
        ObserveServer server,
        X509Certificate2 device,
        ProvisioningAddress site,
        CancellationToken cancellation
    )
    {
        var own =
            DeviceSubject.FindMac(device.SubjectName)
            ?? throw new InvalidInputException("--cert: its subject names no device, or several.");
        // One that no unit has: the neighbour of the test device.
        var other = parsed.GetValue(OtherMac) is { } text
            ? MacAddress.TryParse(text, out var read)
                ? read
                : throw new InvalidInputException($"'{text}' is not a MAC address.")
            : MacAddress.Parse(own.Upper[..11] + (own.Upper[11] == '0' ? '1' : '0'));
        var path = parsed.GetRequiredValue(Rule);
        if (!path.Contains("$M", StringComparison.Ordinal) && !path.Contains("$(M", StringComparison.Ordinal))
            throw new InvalidInputException("--path holds no $MAU or $MA: which device's file would it be?");
        return await new TryTestDevice(server, device).RunAsync(
            site.Url.GetLeftPart(UriPartial.Authority) + path,
            own,
            other,
            cancellation
        );
    }

    private static IReadOnlyList<PhoneFirmware> ReadPhones(ParseResult parsed, AuthorityConfiguration configuration)
    {
        var texts = parsed.GetRequiredValue(Devices).SelectMany(text => text.Split(',', StringSplitOptions.TrimEntries));
        return
        [
            .. texts
                .SelectMany(text =>
                    RequestedDevice.TryParse(text, out var device) && configuration.FindFamily(device.Product) is not null
                        ? PhoneFirmware.Of(configuration, device)
                        : throw new InvalidInputException($"--device: '{text}' is not in the catalogue.")
                )
                .DistinctBy(phone => (phone.Family.Id, phone.Range, phone.Generation.Id)),
        ];
    }

    private static async Task<IReadOnlyDictionary<string, byte[]>> ReadRootsAsync(
        ParseResult parsed,
        IReadOnlyList<AuthorityDefinition> authorities,
        CancellationToken cancellation
    ) =>
        parsed.GetValue(Roots) is { } folder
            ? GenerationRoots.FromFolder(folder, authorities)
            : await GenerationRoots.FromServiceAsync(Service.Read(parsed), authorities, cancellation);

    private static X509Certificate2? ReadDevice(ParseResult parsed) =>
        (parsed.GetValue(Certificate), parsed.GetValue(Key)) switch
        {
            (null, null) => null,
            ({ } certificate, { } key) => CertificateWithKey.Load(certificate, key),
            _ => throw new InvalidInputException("--cert and --key go together."),
        };

    private static IPEndPoint? ReadEndPoint(ParseResult parsed, Option<string?> option)
    {
        if (parsed.GetValue(option) is not { } text)
            return null;
        return IPEndPoint.TryParse(text, out var endPoint) && endPoint.Port != 0
            ? endPoint
            : throw new InvalidInputException($"{option.Name}: '{text}' is not ADDR:PORT.");
    }
}

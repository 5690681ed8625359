using System.CommandLine;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SigningAuthority.Client.Checks;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Client.Connections;
using SigningAuthority.Issuance.Devices;
using SigningAuthority.Issuance.Firmware;

namespace SigningAuthority.Client.Phones;

/// <summary><c>signctl phone</c>: behaves towards a provisioning server as the firmware does.</summary>
internal static class PhoneCommand
{
    private const string Description = """
        Fetches a provisioning file as a phone does: A records only, TLS 1.2 with the old firmware's ciphers, the server
        accepted only by the firmware's rules, the client certificate shown only to who asks for its issuer. Each reason of
        a refusal is a line on stderr that starts with a stable code: unreadable-certificate, chain-not-to-root,
        chain-too-long, not-rsa, key-usage, extended-key-usage, not-yet-valid, expired, cn-grammar, cn-mismatch, address-mismatch,
        client-certificate-refused, other-device-file; with --device also key-too-large, signature-hash, validity-too-long,
        san-not-tolerated, san-mismatch. Faults (exit status 3): name-not-resolved, resolver-failed,
        not-reachable, handshake-failed, no-answer, http-status.
        """;

    private static readonly Argument<string> Address = new("ADDRESS")
    {
        Description = "The profile rule's address; $MAU, $MA, $MAC stand for the MAC address (quote them from the shell).",
    };
    private static readonly Option<string> Root = new("--root")
    {
        Description = "The server root of the phone's generation, PEM or DER.",
        Required = true,
    };
    private static readonly Option<string?> Certificate = new("--cert")
    {
        Description = "The device's certificate, PEM; without it, a unit that has none.",
    };
    private static readonly Option<string?> Key = new("--key") { Description = "The device's private key, PEM." };
    private static readonly Option<string?> Mac = new("--mac")
    {
        Description = "The phone's MAC address; from the certificate's subject without it.",
    };
    private static readonly Option<string?> Model = new("--device")
    {
        Description = "The phone's model and firmware (SPA504G@7.5.6): judge by what that firmware is known to tolerate, too.",
    };
    private static readonly Option<string?> Resolver = new("--resolver")
    {
        Description = "ADDR:PORT of the DNS resolver to ask; the system's without it.",
    };
    private static readonly Option<string?> Connect = new("--connect")
    {
        Description = "ADDR:PORT to connect to instead of the host's A record.",
    };
    private static readonly Option<string?> Output = new("--out") { Description = "File for what the server sends; stdout without it." };
    private static readonly Option<int> Limit = new("--timeout")
    {
        Description = "Seconds for the whole visit.",
        DefaultValueFactory = _ => 30,
    };

    public static Command Build()
    {
        var command = new DocumentedCommand(
            "phone",
            Description,
            "signctl phone 'https://sprov.callme.com/$MAU.cfg' --root sipura.pem --cert device.crt --key device.key",
            "signctl phone 'https://sprov.callme.com:8443/$MA.cfg' --root sipura.pem --mac 000E08A1B2C3 --resolver 127.0.0.1:5353",
            "signctl phone 'https://sprov.callme.com/$MAU.cfg' --root sipura.pem --device SPA962 --cert device.crt --key device.key --connect 192.0.2.7:443 --out file.cfg"
        )
        {
            Address,
            Root,
            Certificate,
            Key,
            Mac,
            Model,
            Resolver,
            Connect,
            Output,
            Limit,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        if (!OperatingSystem.IsLinux())
            throw new InvalidInputException("phone needs OpenSSL's choice of cipher suites, and so Linux.");

        using var device = ReadDevice(parsed);
        var mac = ReadMac(parsed) ?? (device is null ? null : DeviceSubject.FindMac(device.SubjectName));
        var root = ReadRoot(parsed.GetRequiredValue(Root));
        var errand = new PhoneErrand(
            ProvisioningAddress.Parse(parsed.GetRequiredValue(Address), mac),
            root,
            device,
            mac,
            ReadEndPoint(parsed, Connect)
        )
        {
            Tolerance = parsed.GetValue(Model) is { } model
                ? KnownPhone.Find(ShippedConfiguration.Load(folder: null), model, root).Tolerance
                : FirmwareTolerance.Unknown,
        };
        var fetch = new FetchProvisioningFile(new AddressLookup(ReadEndPoint(parsed, Resolver)), TimeProvider.System);

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(Math.Clamp(parsed.GetValue(Limit), 1, 3600)));
        try
        {
            return await ReportAsync(await fetch.RunAsync(errand, limit.Token), parsed.GetValue(Output), cancellation);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new WorldFaultException("no-answer", $"{errand.Address.Url}: the visit took longer than --timeout.");
        }
    }

    private static async Task<int> ReportAsync(PhoneVisit visit, string? file, CancellationToken cancellation)
    {
        foreach (var refusal in visit.Refusals)
            await Console.Error.WriteLineAsync(
                $"{refusal.Code}: {PlainText.Of(refusal.Message)} Expected: {PlainText.Of(refusal.Expected)}. Actual: {PlainText.Of(refusal.Actual)}."
            );
        if (visit.Refusals.Count > 0)
            return ExitCodes.Refused;

        if (file is not null)
        {
            await File.WriteAllBytesAsync(file, visit.File, cancellation);
        }
        else
        {
            await using var output = Console.OpenStandardOutput();
            await output.WriteAsync(visit.File, cancellation);
        }

        await Console.Error.WriteLineAsync($"accepted: {visit.Account}; {visit.File.Length} octets");
        return ExitCodes.Done;
    }

    private static X509Certificate2? ReadDevice(ParseResult parsed) =>
        (parsed.GetValue(Certificate), parsed.GetValue(Key)) switch
        {
            (null, null) => null,
            ({ } certificate, { } key) => CertificateWithKey.Load(certificate, key),
            _ => throw new InvalidInputException("--cert and --key go together."),
        };

    private static MacAddress? ReadMac(ParseResult parsed)
    {
        if (parsed.GetValue(Mac) is not { } text)
            return null;
        return MacAddress.TryParse(text, out var mac)
            ? mac
            : throw new InvalidInputException($"'{text}' is not a MAC address (12 hexadecimal digits).");
    }

    private static IPEndPoint? ReadEndPoint(ParseResult parsed, Option<string?> option)
    {
        if (parsed.GetValue(option) is not { } text)
            return null;
        return IPEndPoint.TryParse(text, out var endPoint) && endPoint.Port != 0
            ? endPoint
            : throw new InvalidInputException($"{option.Name}: '{text}' is not ADDR:PORT.");
    }

    // A phone has one root compiled in. A bundle would let in servers of other generations.
    private static ReadOnlyMemory<byte> ReadRoot(string file)
    {
        try
        {
            var text = File.ReadAllText(file);
            var roots = new X509Certificate2Collection();
            if (text.Contains("-----BEGIN ", StringComparison.Ordinal))
                roots.ImportFromPem(text);
            else
                roots.Add(X509CertificateLoader.LoadCertificateFromFile(file));
            return roots.Count == 1 && OneLinkChain.IsUsableRoot(roots[0])
                ? roots[0].RawDataMemory
                : throw new InvalidInputException($"{file} must hold one self-signed RSA root, that of the phone's generation.");
        }
        catch (CryptographicException)
        {
            throw new InvalidInputException($"{file} holds no certificate that can be read.");
        }
    }
}

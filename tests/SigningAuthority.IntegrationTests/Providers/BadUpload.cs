using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using SigningAuthority.IntegrationTests.Fixtures;

namespace SigningAuthority.IntegrationTests.Providers;

/// <summary>One kind of bad input.</summary>
/// <param name="Code">The rule it breaks.</param>
/// <param name="MakeAsync">Makes the body; files go into the folder.</param>
internal sealed record BadUpload(string Code, Func<string, Task<byte[]>> MakeAsync)
{
    public HttpStatusCode Status { get; private init; } = HttpStatusCode.UnprocessableEntity;

    public IReadOnlyList<string> Devices { get; private init; } = ProviderDesk.OneGeneration;

    public static IReadOnlyDictionary<string, BadUpload> All { get; } =
        new Dictionary<string, BadUpload>
        {
            ["empty"] = new("csr-empty", _ => Task.FromResult<byte[]>([])),
            ["neither PEM nor DER"] = new("csr-not-pem-or-der", _ => Text("Dear Sir or Madam, please find attached our request.")),
            ["DER of something else"] = new("csr-malformed", _ => Task.FromResult<byte[]>([0x30, 0x03, 0x02, 0x01, 0x05])),
            ["PEM cut short"] = new("csr-truncated", async folder => (await GoodAsync(folder)).Pem[..^200]),
            ["DER cut short"] = new("csr-truncated", async folder => (await (await GoodAsync(folder)).DerAsync())[..^100]),
            ["several blocks"] = new(
                "csr-several-blocks",
                async folder => [.. (await GoodAsync(folder)).Pem, .. (await GoodAsync(folder)).Pem]
            ),
            ["a certificate"] = new("csr-wrong-pem-label", folder => PemAsync(folder, GoodName, "-x509")),
            ["a zip"] = new("csr-not-pem-or-der", async folder => Zip((await GoodAsync(folder)).Pem)),
            ["XML"] = new(
                "csr-not-pem-or-der",
                _ => Text("<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>")
            ),
            ["PKCS#12"] = new("csr-private-key", Pkcs12Async),
            ["a CRL"] = new("csr-wrong-pem-label", _ => Text("-----BEGIN X509 CRL-----\nMIIB\n-----END X509 CRL-----\n")),
            ["over 16 KiB"] = new("csr-too-large", _ => Text(new string('A', 16 * 1024 + 1)))
            {
                Status = HttpStatusCode.RequestEntityTooLarge,
            },
            ["wrong proof of possession"] = new("proof-of-possession", WithOneBitChangedAsync),
            ["EC key"] = new("key-not-rsa", folder => PemAsync(folder, GoodName, "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256")),
            ["1024-bit key"] = new("key-too-small", folder => PemAsync(folder, GoodName, "-newkey", "rsa:1024")),
            ["signed with SHA-1"] = new("request-hash", folder => PemAsync(folder, GoodName, "-sha1")),
            ["wildcard"] = new("common-name-wildcard", folder => PemAsync(folder, "*.callme.com")),
            ["IP literal"] = new("common-name-ip-literal", folder => PemAsync(folder, "192.0.2.7")),
            ["over-long CN"] = new("common-name-too-long", _ => Task.FromResult(WithName("prov.callme.com/" + new string('x', 49)))),
            ["punycode"] = new("common-name-punycode", folder => PemAsync(folder, "xn--bcher-kva.callme.com")),
            ["non-ASCII"] = new("common-name-not-printable", folder => PemAsync(folder, "bücher.callme.com")),
            ["Cyrillic letters that print alike"] = new("common-name-not-printable", folder => PemAsync(folder, "prov.c\u0430llme.com")),
            ["a digit for a letter"] = new("name-not-registered", folder => PemAsync(folder, "prov.ca11me.com")),
            ["a trailing dot"] = new("common-name-not-fqdn", folder => PemAsync(folder, GoodName + ".")),
            ["an underscore"] = new("common-name-not-fqdn", folder => PemAsync(folder, "_prov.callme.com")),
            ["a label of 64 octets"] = new("common-name-not-fqdn", _ => Task.FromResult(WithName(new string('a', 64) + ".callme.com"))),
            ["control characters in the suffix"] = new(
                "common-name-not-printable",
                _ => Task.FromResult(WithName("prov.callme.com/a\u001B[2Jb\u0000"))
            ),
            ["one label"] = new("common-name-not-fqdn", folder => PemAsync(folder, "localhost")),
            ["a name of somebody else"] = new("name-not-registered", folder => PemAsync(folder, "prov.example.org")),
            ["foreign SAN"] = new(
                "san-foreign",
                folder => PemAsync(folder, GoodName, "-addext", "subjectAltName=DNS:prov.callme.com,DNS:www.example.org")
            ),
            ["asks to be an authority"] = new(
                "extension-ca",
                folder => PemAsync(folder, GoodName, "-addext", "basicConstraints=critical,CA:TRUE")
            ),
            ["challenge password"] = new("challenge-password", WithChallengePasswordAsync),
            ["unknown device"] = new("device-unknown", async folder => (await GoodAsync(folder)).Pem) { Devices = ["XYZ1"] },
            ["no device"] = new("devices-missing", async folder => (await GoodAsync(folder)).Pem) { Devices = [] },
        };

    private const string GoodName = "prov.callme.com";

    private static Task<byte[]> Text(string text) => Task.FromResult(Encoding.ASCII.GetBytes(text));

    private static Task<MadeRequest> GoodAsync(string folder) => MadeRequest.MakeAsync(folder, GoodName);

    private static async Task<byte[]> PemAsync(string folder, string commonName, params string[] more) =>
        (await MadeRequest.MakeAsync(folder, commonName, more)).Pem;

    /// <summary>openssl itself refuses to make a CN of more than 64 characters.</summary>
    private static byte[] WithName(string commonName)
    {
        using var key = RSA.Create(2048);
        return InMemoryRequest.Make(commonName, key);
    }

    private static byte[] Zip(byte[] pem)
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create))
        {
            using var entry = archive.CreateEntry("provserver.csr").Open();
            entry.Write(pem);
        }

        return bytes.ToArray();
    }

    private static async Task<byte[]> Pkcs12Async(string folder)
    {
        var made = await GoodAsync(folder);
        var certificate = made.CsrFile + ".crt";
        await OpenSsl.RunAsync("x509", "-req", "-in", made.CsrFile, "-signkey", made.KeyFile, "-out", certificate);
        await OpenSsl.RunAsync(
            "pkcs12",
            "-export",
            "-in",
            certificate,
            "-inkey",
            made.KeyFile,
            "-passout",
            "pass:word",
            "-out",
            certificate + ".p12"
        );
        return await File.ReadAllBytesAsync(certificate + ".p12");
    }

    private static async Task<byte[]> WithOneBitChangedAsync(string folder)
    {
        var der = await (await GoodAsync(folder)).DerAsync();
        der[^1] ^= 0x01;
        return der;
    }

    private static async Task<byte[]> WithChallengePasswordAsync(string folder)
    {
        var file = Path.Combine(folder, "challenge.cnf");
        await File.WriteAllTextAsync(
            file,
            $"[req]\nprompt=no\ndistinguished_name=dn\nattributes=at\n[dn]\nCN={GoodName}\n[at]\nchallengePassword=secret words\n"
        );
        var stem = Path.Combine(folder, "challenge");
        await OpenSsl.RunAsync(
            "req",
            "-new",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-config",
            file,
            "-keyout",
            stem + ".key",
            "-out",
            stem + ".csr"
        );
        return await File.ReadAllBytesAsync(stem + ".csr");
    }
}

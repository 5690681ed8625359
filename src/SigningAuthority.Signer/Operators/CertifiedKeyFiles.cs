using System.CommandLine;
using System.Security.Cryptography;

namespace SigningAuthority.Signer.Operators;

/// <summary>The two files of a command that makes a key and has it certified, and how long it waits for the certificate.</summary>
internal sealed class CertifiedKeyFiles(string lane)
{
    private readonly Option<FileInfo> _certificate = new("--out-certificate")
    {
        Description = "Where the certificate goes (PEM).",
        Required = true,
    };
    private readonly Option<FileInfo> _key = new("--out-key")
    {
        Description = "Where the private key goes (PKCS#8 PEM, mode 0600).",
        Required = true,
    };
    private readonly Option<int> _timeout = new("--timeout")
    {
        Description = $"Seconds to wait for a Signer of lane {lane}.",
        DefaultValueFactory = _ => 60,
    };

    public void AddTo(Command command)
    {
        command.Options.Add(_certificate);
        command.Options.Add(_key);
        command.Options.Add(_timeout);
    }

    public TimeSpan ReadTimeout(ParseResult parsed) => TimeSpan.FromSeconds(parsed.GetValue(_timeout));

    /// <summary>The key first: a certificate without its key is of no use.</summary>
    public async Task WriteAsync(ParseResult parsed, RSA key, byte[] certificate, CancellationToken cancellation)
    {
        await SecretFile.WriteAsync(parsed.GetRequiredValue(_key).FullName, key.ExportPkcs8PrivateKeyPem() + "\n", cancellation);
        await File.WriteAllTextAsync(
            parsed.GetRequiredValue(_certificate).FullName,
            PemEncoding.WriteString("CERTIFICATE", certificate) + "\n",
            cancellation
        );
    }
}

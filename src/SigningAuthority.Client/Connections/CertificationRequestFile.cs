using System.Security.Cryptography;
using System.Text;
using SigningAuthority.Client.CommandLine;

namespace SigningAuthority.Client.Connections;

/// <summary>A CSR on disk. Whether it is a good one is the service's to say; only what must never leave this machine is stopped here.</summary>
internal sealed record CertificationRequestFile(byte[] Bytes, bool IsPem)
{
    public string MediaType => IsPem ? "application/x-pem-file" : "application/pkcs10";

    /// <exception cref="InvalidInputException">The file is missing, empty, or holds a private key.</exception>
    public static CertificationRequestFile Read(string path)
    {
        if (!File.Exists(path))
            throw new InvalidInputException($"{path}: no such file.");
        var bytes = File.ReadAllBytes(path);
        if (bytes.Length == 0)
            throw new InvalidInputException($"{path} is empty.");

        // Latin-1 keeps every octet, so that DER may be searched as text.
        var text = Encoding.Latin1.GetString(bytes);
        if (text.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
            throw new InvalidInputException(
                $"{path} holds a private key. It was not sent; send the file that 'openssl req -new … -out' wrote."
            );
        return new CertificationRequestFile(bytes, text.Contains("-----BEGIN ", StringComparison.Ordinal));
    }

    /// <summary>The request as PEM text, for carrying in JSON.</summary>
    public string ToPem() => IsPem ? Encoding.Latin1.GetString(Bytes) : PemEncoding.WriteString("CERTIFICATE REQUEST", Bytes);
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SigningAuthority.Client.CommandLine;

namespace SigningAuthority.Client.Connections;

/// <summary>A PEM certificate and its PEM key, as TLS clients present them.</summary>
internal static class CertificateWithKey
{
    /// <exception cref="InvalidInputException">A file is missing, is not PEM, is encrypted, or the two do not belong together.</exception>
    public static X509Certificate2 Load(string certificateFile, string keyFile)
    {
        try
        {
            return X509Certificate2.CreateFromPemFile(certificateFile, keyFile);
        }
        catch (CryptographicException failure)
        {
            throw new InvalidInputException($"{certificateFile} and {keyFile} can't be used as certificate and key: {failure.Message}");
        }
        catch (ArgumentException)
        {
            throw new InvalidInputException($"{keyFile} is not the key of {certificateFile}.");
        }
    }
}

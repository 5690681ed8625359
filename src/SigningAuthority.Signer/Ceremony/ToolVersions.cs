using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using SigningAuthority.Signer.Keys;

namespace SigningAuthority.Signer.Ceremony;

/// <summary>The programs that took part, for the transcript.</summary>
internal static class ToolVersions
{
    public static IEnumerable<string> Read()
    {
        var own = typeof(ToolVersions).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>();
        yield return $"SigningAuthority.Signer {own?.InformationalVersion}";
        yield return RuntimeInformation.FrameworkDescription;

        // 0xMNN00PP0 (OPENSSL_VERSION_NUMBER(3)).
        var openSsl = SafeEvpPKeyHandle.OpenSslVersion;
        yield return $"OpenSSL {openSsl >> 28}.{(openSsl >> 20) & 0xFF}.{(openSsl >> 4) & 0xFF}";
        yield return CreateTokenKeyPair.ToolVersion();
    }
}

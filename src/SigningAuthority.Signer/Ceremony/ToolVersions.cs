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
        yield return $"SigningAuthority.Signer {typeof(ToolVersions).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion}";
        yield return RuntimeInformation.FrameworkDescription;
        yield return $"OpenSSL {SafeEvpPKeyHandle.OpenSslVersion >> 28}.{(SafeEvpPKeyHandle.OpenSslVersion >> 20) & 0xFF}.{(SafeEvpPKeyHandle.OpenSslVersion >> 4) & 0xFF}";
        yield return CreateTokenKeyPair.ToolVersion();
    }
}

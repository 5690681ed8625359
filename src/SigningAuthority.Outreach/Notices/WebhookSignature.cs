using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace SigningAuthority.Outreach.Notices;

/// <summary>
/// Tells a webhook's receiver that a body is ours, whole and fresh: HMAC-SHA256 (RFC 2104) over the time, a dot and the body. The time is inside, so
/// that a body that was recorded can't be sent again later as a new one.
/// </summary>
internal static class WebhookSignature
{
    public const string Header = "Signing-Authority-Signature";

    /// <summary>"t=1795168800,v1=&lt;64 lower-case hexadecimal digits&gt;".</summary>
    public static string Of(ReadOnlySpan<byte> body, ReadOnlySpan<byte> secret, DateTimeOffset now)
    {
        var time = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);
        hmac.AppendData(Encoding.ASCII.GetBytes(time + "."));
        hmac.AppendData(body);
        return $"t={time},v1={Convert.ToHexStringLower(hmac.GetHashAndReset())}";
    }
}

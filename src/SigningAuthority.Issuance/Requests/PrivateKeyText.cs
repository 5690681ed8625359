using System.Text.RegularExpressions;

namespace SigningAuthority.Issuance.Requests;

/// <summary>Recognises a private key in any text a caller sends: what is one is never kept, quoted or logged, wherever it was pasted.</summary>
public static partial class PrivateKeyText
{
    /// <summary>A PEM label of a private key, or a run of base64 that decodes to one (RFC 5958, RFC 8017, RFC 5915).</summary>
    public static bool IsIn(string? text) =>
        text is not null
        && (
            text.Contains("PRIVATE KEY-----", StringComparison.OrdinalIgnoreCase) || Base64Run().Matches(text).Any(run => IsKey(run.Value))
        );

    private static bool IsKey(string base64)
    {
        // Whole groups suffice: a key is told by its first octets, and a caller may have cut it.
        var groups = base64.TrimEnd('=');
        var octets = new byte[base64.Length];
        return Convert.TryFromBase64String(groups[..(groups.Length / 4 * 4)], octets, out var written)
            && BeginsAsKey(octets.AsSpan(0, written));
    }

    /// <summary>SEQUENCE, then version INTEGER 0 or 1: no certificate, request or public key begins so, every private key in the clear does.</summary>
    private static bool BeginsAsKey(ReadOnlySpan<byte> der)
    {
        if (der.Length < 8 || der[0] != 0x30)
            return false;
        var header = der[1] < 0x80 ? 2 : 2 + (der[1] & 0x7F);
        return header <= 5
            && der.Length >= header + 4
            && der[header] == 0x02
            && der[header + 1] == 1
            && der[header + 2] <= 1
            && (der[header + 3] is 0x30 or 0x02 or 0x04);
    }

    // The shortest private key there is (Ed25519 in PKCS#8) has 48 octets: 64 characters.
    [GeneratedRegex(@"[A-Za-z0-9+/]{40,}={0,2}", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Base64Run();
}

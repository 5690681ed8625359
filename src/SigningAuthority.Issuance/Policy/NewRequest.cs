using System.Text.RegularExpressions;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Issuance.Policy;

/// <summary>What each kind of requester does to get a request that passes.</summary>
internal static partial class NewRequest
{
    public const string OfDevice =
        "let the device make an RSA key of 2048 bits, exponent 65537, of its own, and a request signed with SHA-256 that asks for no extensions";

    public const string OfOperator =
        "openssl req -new -newkey rsa:2048 -nodes -sha256 -keyout station.key -out station.csr -subj /CN=line-1";

    /// <summary>The line that a provider pastes into a shell: with the name that was asked for, where a shell takes it as it is.</summary>
    public static string OfProvider(string? commonName)
    {
        var name = ServerCommonName.TryParse(commonName, out var parsed) && IsPlain(parsed.Text) ? parsed.Text : "prov.example.com";

        // openssl's -subj begins a new attribute at each "/", but for those behind a backslash.
        var subject = name.Replace("/", "\\/", StringComparison.Ordinal);
        return $"openssl req -new -newkey rsa:2048 -nodes -sha256 -keyout provserver.key -out provserver.csr -subj \"/CN={subject}\"";
    }

    private static bool IsPlain(string text) => Plain().IsMatch(text) && !PrivateKeyText.IsIn(text);

    [GeneratedRegex(@"\A[A-Za-z0-9.:@/_-]+\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Plain();
}

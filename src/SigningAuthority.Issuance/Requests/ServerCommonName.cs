using System.Diagnostics.CodeAnalysis;

namespace SigningAuthority.Issuance.Requests;

/// <summary>
/// The common name of a provisioning server as the phones' firmware reads it: the server's FQDN, optionally followed
/// by "/" and anything ("pv.telco.net/mailto:admin@telco.net"). At most 64 characters, suffix included
/// (RFC 5280 appendix A, ub-common-name); printable ASCII throughout. Kept verbatim; <see cref="Fqdn"/> is lower case.
/// </summary>
public sealed record ServerCommonName
{
    /// <summary>RFC 5280 appendix A.1: ub-common-name.</summary>
    public const int MaximumLength = 64;

    private ServerCommonName(string text, Fqdn fqdn, string? suffix)
    {
        Text = text;
        Fqdn = fqdn;
        Suffix = suffix;
    }

    /// <summary>The common name verbatim.</summary>
    public string Text { get; }

    /// <summary>The part before the first "/".</summary>
    public Fqdn Fqdn { get; }

    /// <summary>What follows the first "/", without it; null when there is no "/".</summary>
    public string? Suffix { get; }

    public static bool TryParse(string? text, [NotNullWhen(true)] out ServerCommonName? name)
    {
        name = null;
        if (text is null || text.Length > MaximumLength || !IsPrintableAscii(text))
            return false;

        if (!Fqdn.TryParse(HostPart(text), out var fqdn))
            return false;

        var slash = text.IndexOf('/');
        name = new ServerCommonName(text, fqdn, slash < 0 ? null : text[(slash + 1)..]);
        return true;
    }

    /// <exception cref="FormatException">The text is not such a name.</exception>
    public static ServerCommonName Parse(string text) =>
        TryParse(text, out var name) ? name : throw new FormatException($"'{text}' is not a provisioning server's common name.");

    /// <summary>What stands before the first "/": the part that must be an FQDN.</summary>
    public static string HostPart(string text)
    {
        var slash = text.IndexOf('/');
        return slash < 0 ? text : text[..slash];
    }

    /// <summary>True when every character is printable ASCII, space included (0x20 to 0x7E inclusive).</summary>
    public static bool IsPrintableAscii(string text) => text.All(character => character is >= ' ' and <= '~');

    public override string ToString() => Text;
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SigningAuthority.Client.Phones;

/// <summary>A name's attributes by type, from its encoding rather than from its text, so that no value can pass for another attribute.</summary>
internal static class SubjectAttributes
{
    public const string CommonName = "2.5.4.3";
    public const string StateOrProvince = "2.5.4.8";

    /// <summary>The values of one attribute type, in the name's order. Multi-valued RDNs, which nobody here issues, are passed over.</summary>
    public static IReadOnlyList<string> Of(X500DistinguishedName name, string type)
    {
        try
        {
            return
            [
                .. name.EnumerateRelativeDistinguishedNames(reversed: false)
                    .Where(relative => !relative.HasMultipleElements && relative.GetSingleElementType().Value == type)
                    .Select(relative => relative.GetSingleElementValue())
                    .OfType<string>(),
            ];
        }
        catch (CryptographicException)
        {
            return [];
        }
    }
}

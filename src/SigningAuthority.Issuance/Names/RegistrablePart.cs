using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Issuance.Names;

/// <summary>
/// The part of a name that somebody registered: its last two labels, or three below suffixes such as "co.uk" and "com.au".
/// An estimate by form (this authority holds no list of public suffixes), good for finding look-alikes, for nothing that decides.
/// </summary>
internal static class RegistrablePart
{
    private const int CountryCodeLength = 2;
    private const int LongestSecondLevelSuffix = 3;

    public static string Of(Fqdn name)
    {
        var labels = name.Value.Split('.');
        var suffixLabels =
            labels.Length > 2 && labels[^1].Length == CountryCodeLength && labels[^2].Length <= LongestSecondLevelSuffix ? 2 : 1;
        return string.Join('.', labels[^(suffixLabels + 1)..]);
    }
}

namespace SigningAuthority.Issuance.Names;

/// <summary>
/// What a host name looks like to a reader in a hurry: names with one appearance can be taken for each other. The idea of
/// Unicode Technical Standard #39 §4 ("skeleton"), cut down to letters, digits and hyphens, all that an <see cref="Requests.Fqdn"/> has.
/// </summary>
internal static class Appearance
{
    /// <param name="name">A host name in lower case.</param>
    public static string Of(string name)
    {
        // Hyphens first and pairs last, so that what a hyphen keeps apart or a digit stands for is seen as a reader sees it.
        var letters = name.Replace("-", "", StringComparison.Ordinal)
            .Replace('0', 'o')
            .Replace('1', 'l')
            .Replace('i', 'l')
            .Replace('5', 's')
            .Replace("vv", "w", StringComparison.Ordinal)
            .Replace("rn", "m", StringComparison.Ordinal)
            .Replace("cl", "d", StringComparison.Ordinal);

        // prov.callme.com and callme.prov.com say the same words: order is what a reader notices least.
        return string.Join('.', letters.Split('.').Order(StringComparer.Ordinal));
    }
}

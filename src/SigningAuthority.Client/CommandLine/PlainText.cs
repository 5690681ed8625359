namespace SigningAuthority.Client.CommandLine;

/// <summary>Text that others wrote, made fit for a terminal.</summary>
internal static class PlainText
{
    /// <summary>Control characters become "?", so that no server can move our user's cursor; at most <paramref name="limit"/> characters are kept.</summary>
    public static string Of(string? text, int limit = 2000)
    {
        if (string.IsNullOrEmpty(text))
            return "";
        var kept = text.Length > limit ? text[..limit] + "…" : text;
        return string.Concat(kept.Select(character => char.IsControl(character) && character != '\n' ? '?' : character));
    }
}

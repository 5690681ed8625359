namespace SigningAuthority.Signer.Keys;

/// <summary>
/// A key's name in its store: CKA_LABEL on a token, the file's name in a folder. Letters, digits, dot, hyphen and
/// underscore, 1 to 64 of them, beginning with a letter or digit: safe in a PKCS#11 URI, on a command line and as a file.
/// </summary>
internal static class KeyLabel
{
    public const int MaxLength = 64;

    public static bool IsValid(string label) =>
        label.Length is > 0 and <= MaxLength
        && char.IsAsciiLetterOrDigit(label[0])
        && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');

    /// <exception cref="ArgumentException">The text can't be a key's label.</exception>
    public static void Require(string label)
    {
        if (!IsValid(label))
            throw new ArgumentException($"'{label}' can't be a key label (1 to {MaxLength} of A–Z a–z 0–9 . - _).", nameof(label));
    }
}

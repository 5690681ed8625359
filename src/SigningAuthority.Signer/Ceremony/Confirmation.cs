namespace SigningAuthority.Signer.Ceremony;

/// <summary>Somebody said yes to a plan.</summary>
/// <param name="By">Who.</param>
/// <param name="How">"typed at the terminal", or which answers file.</param>
internal sealed record Confirmation(string By, string How);

namespace SigningAuthority.Signer.Ceremony;

/// <summary>A ceremony that must not go on. Nothing was overwritten; the text says why and what to do.</summary>
internal sealed class CeremonyRefusal(string message) : Exception(message);

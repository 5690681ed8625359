namespace SigningAuthority.Issuance.Policy;

/// <summary>Whether the key of a certificate may serve the next one.</summary>
public enum KeyReuse
{
    Allow,
    Refuse,
}

/// <summary>How a provider's certificates may follow others.</summary>
/// <param name="SameKey">Whether a renewal may keep the key; a replacement never may.</param>
/// <param name="LongestKeyDays">From a key's first certificate; after that a renewal may not keep it.</param>
/// <param name="WindowDays">Before the predecessor's end; a renewal that comes earlier is warned of, never refused.</param>
public sealed record RenewalSettings(KeyReuse SameKey, int LongestKeyDays, int WindowDays);

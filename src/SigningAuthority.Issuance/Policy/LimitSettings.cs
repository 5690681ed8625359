namespace SigningAuthority.Issuance.Policy;

/// <summary>Whose calls are counted together.</summary>
public enum LimitScope
{
    Token,
    Tenant,
}

/// <summary>One limit.</summary>
/// <param name="Name">Stable, kebab-case; stands in the answer that refuses.</param>
/// <param name="Per">Whose calls are counted together.</param>
/// <param name="Seconds">Length of the window.</param>
/// <param name="Most">Calls in a window, inclusive.</param>
public sealed record LimitSettings(string Name, LimitScope Per, int Seconds, int Most);

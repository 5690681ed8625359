namespace SigningAuthority.Issuance.Requests;

/// <summary>How certificates follow others of the same tenant.</summary>
public enum SuccessionKind
{
    /// <summary>The next ones before those end.</summary>
    Renewal,

    /// <summary>In place of those, which are not to be used any more.</summary>
    Replacement,
}

using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Issuance.Names;

/// <summary>A known name that a person could take for another one.</summary>
/// <param name="Name">The known name.</param>
/// <param name="Kind">Why it was found; <see cref="NearDuplicateKind.Confusable"/> where both reasons hold.</param>
/// <param name="Distance">Edits between the parts that were compared (<see cref="EditDistance"/>), 1 or more.</param>
public sealed record NearDuplicate(Fqdn Name, NearDuplicateKind Kind, int Distance);

/// <summary>Why two names are near each other.</summary>
public enum NearDuplicateKind
{
    /// <summary>Few keystrokes apart: a typing error, or made to pass for one.</summary>
    EditDistance,

    /// <summary>They look alike: characters that print alike, a hyphen more or less, labels in another order.</summary>
    Confusable,
}

namespace SigningAuthority.Issuance.Policy;

/// <summary>How many people look at a provider's request before it is signed.</summary>
public enum ApprovalMode
{
    /// <summary>None: policy alone decides.</summary>
    Automatic,

    OneOfficer,

    /// <summary>Two different ones.</summary>
    TwoOfficers,
}

/// <summary>What is asked where an operator has not said otherwise for a provider.</summary>
/// <param name="Default">For generations that are not listed.</param>
/// <param name="Generations">Exceptions, each generation once. The strictest of a request's generations counts.</param>
/// <param name="ExpiresAfterDays">A request that waits longer is refused.</param>
public sealed record ApprovalSettings(ApprovalMode Default, IReadOnlyList<GenerationApproval> Generations, int ExpiresAfterDays);

/// <param name="Generation">Id of a ServerRoot.</param>
/// <param name="Mode">What its requests need.</param>
public sealed record GenerationApproval(string Generation, ApprovalMode Mode);

using SigningAuthority.Issuance.Firmware;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Storage.Limits;

namespace SigningAuthority.Api.Problems;

/// <summary>Why there is no other answer (RFC 9457). Holds nothing that its reader may not know.</summary>
/// <param name="Type">"urn:signingauthority:problem:" and the code.</param>
/// <param name="Title">The same for each occurrence.</param>
/// <param name="Status">The HTTP status, repeated.</param>
/// <param name="Detail">This occurrence, in a sentence.</param>
/// <param name="Code">Stable, kebab-case: what programs compare.</param>
/// <param name="Violations">Every rule that the request breaks, at once.</param>
internal sealed record Problem(
    string Type,
    string Title,
    int Status,
    string Detail,
    string Code,
    IReadOnlyList<Violation>? Violations = null
)
{
    /// <summary>Name of the limit that is used up.</summary>
    public string? Limit { get; init; }

    /// <summary>How much the limit allows in its window.</summary>
    public int? Allowed { get; init; }

    /// <summary>The window's length in seconds.</summary>
    public int? Window { get; init; }

    /// <summary>Of a dry run: which phones would accept what is asked for, the refusal aside.</summary>
    public IReadOnlyList<MatrixRow>? Matrix { get; init; }
}

/// <summary>One kind of problem; <see cref="ProblemKinds"/> lists them all.</summary>
internal sealed record ProblemKind(string Code, int Status, string Title)
{
    public ProblemResult Because(string detail, IReadOnlyList<Violation>? violations = null) =>
        new(new Problem("urn:signingauthority:problem:" + Code, Title, Status, detail, Code, violations));

    /// <param name="used">Which limit.</param>
    public ProblemResult Because(UsedUp used)
    {
        var (name, allowed, window) = (used.Limit.Name, used.Allowed, used.Limit.Seconds);
        var result = Because(
            $"The limit \"{name}\" is used up: {allowed}. Come back in {used.SecondsLeft} s; the operator can allow you more."
        );
        return new ProblemResult(result.Problem with { Limit = name, Allowed = allowed, Window = window }).After(used.SecondsLeft);
    }

    /// <param name="violations">At least one; what they say is the detail.</param>
    public ProblemResult Because(IReadOnlyList<Violation> violations) =>
        Because(violations is [var only] ? only.Message : $"{violations.Count} rules are broken; each is listed.", violations);
}

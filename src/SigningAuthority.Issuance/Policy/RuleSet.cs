using FluentValidation;
using FluentValidation.Results;

namespace SigningAuthority.Issuance.Policy;

/// <summary>
/// One subject of checking: a FluentValidation validator whose failures are <see cref="Violation"/>s. Every rule is run
/// and every violation reported.
/// </summary>
internal abstract class RuleSet<TFacts> : AbstractValidator<TFacts>
{
    private readonly List<Func<TFacts, IEnumerable<Violation>>> _checks = [];

    // One rule of FluentValidation's for all checks of a subject: entering one costs half a microsecond, and a device passes
    // some thirty checks at the door and as many at the key.
    protected RuleSet() => RuleFor(facts => facts).Custom(RunChecks);

    /// <summary>Adds a rule: what it finds broken in the facts, nothing when they keep it.</summary>
    protected void Check(Func<TFacts, IEnumerable<Violation>> find) => _checks.Add(find);

    /// <summary>Adds a rule with one outcome: the violation, or null.</summary>
    protected void Check(Func<TFacts, Violation?> find) =>
        Check(facts => find(facts) is { } violation ? [violation] : Array.Empty<Violation>());

    private void RunChecks(TFacts facts, ValidationContext<TFacts> context)
    {
        foreach (var find in _checks)
        {
            foreach (var violation in find(facts))
                context.AddFailure(
                    new ValidationFailure(violation.Field, violation.Message) { ErrorCode = violation.Code, CustomState = violation }
                );
        }
    }
}

internal static class RuleSetResults
{
    public static IReadOnlyList<Violation> FindViolations<TFacts>(this RuleSet<TFacts> rules, TFacts facts) =>
        [.. rules.Validate(facts).Errors.Select(error => (Violation)error.CustomState)];
}

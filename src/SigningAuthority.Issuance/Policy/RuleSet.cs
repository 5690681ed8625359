using FluentValidation;

namespace SigningAuthority.Issuance.Policy;

/// <summary>
/// One subject of checking: a FluentValidation validator whose failures are <see cref="Violation"/>s. Every rule is run
/// and every violation reported.
/// </summary>
internal abstract class RuleSet<TFacts> : AbstractValidator<TFacts>
{
    protected RuleSet() => RuleLevelCascadeMode = CascadeMode.Continue;

    /// <summary>Adds a rule: what it finds broken in the facts, nothing when they keep it.</summary>
    protected void Check(Func<TFacts, IEnumerable<Violation>> find) =>
        RuleFor(facts => facts)
            .Custom(
                (facts, context) =>
                {
                    foreach (var violation in find(facts))
                    {
                        context.AddFailure(
                            new FluentValidation.Results.ValidationFailure(violation.Field, violation.Message)
                            {
                                ErrorCode = violation.Code,
                                CustomState = violation,
                            }
                        );
                    }
                }
            );

    /// <summary>Adds a rule with one outcome: the violation, or null.</summary>
    protected void Check(Func<TFacts, Violation?> find) =>
        Check(facts => find(facts) is { } violation ? [violation] : Array.Empty<Violation>());
}

internal static class RuleSetResults
{
    public static IReadOnlyList<Violation> FindViolations<TFacts>(this RuleSet<TFacts> rules, TFacts facts) =>
        [.. rules.Validate(facts).Errors.Select(error => (Violation)error.CustomState)];
}

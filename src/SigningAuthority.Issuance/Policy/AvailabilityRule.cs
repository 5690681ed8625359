using System.Globalization;
using SigningAuthority.Issuance.Configuration;

namespace SigningAuthority.Issuance.Policy;

/// <summary>Whether the authorities that a request needs may sign at this moment, and are those it was promised when it was accepted.</summary>
internal static class AvailabilityRule
{
    // The front door's clock may be behind, and its last look at the ceremonies some seconds old.
    private static readonly TimeSpan ClocksApart = TimeSpan.FromMinutes(5);

    private static readonly Rule NotAvailable = new(
        "authority-not-available",
        "authorities/: the ceremony of this authority has not been held"
    );
    private static readonly Rule NotActiveYet = new("authority-not-active-yet", "authorities/*.json activeFrom");
    private static readonly Rule NotPublishedLongEnough = new(
        "authority-not-published-long-enough",
        "policies/policy.json roots.publishedDaysAhead: providers have a root before the first device that comes with it"
    );
    private static readonly Rule Retired = new("authority-retired", "authorities/*.json retired");
    private static readonly Rule Changed = new("authorities-changed", "the configuration changed after the request was accepted");

    public static IEnumerable<Violation> Find(
        AuthorityConfiguration configuration,
        IReadOnlyList<AuthorityDefinition> needed,
        AuthoritiesAt available,
        IReadOnlyList<string>? promised
    )
    {
        foreach (var authority in needed)
        {
            if (FindIn(authority, configuration.Generations, available) is { } violation)
                yield return violation;
        }

        if (promised is not null && !promised.ToHashSet().SetEquals(needed.Select(authority => authority.Id)))
            yield return Changed.BrokenBy(
                "authority",
                string.Join(", ", promised),
                string.Join(", ", needed.Select(authority => authority.Id)),
                "The generations for this request are not those it was accepted for.",
                "submit the request again"
            );
    }

    /// <summary>
    /// The generation that signs for a family which names <paramref name="named"/>: the current one, or the one that the request was promised
    /// when it came in, where that was right then. One that was promised too early or is retired is told back, to be refused by its name.
    /// </summary>
    public static AuthorityDefinition Choose(
        AuthorityConfiguration configuration,
        string named,
        AuthoritiesAt available,
        IReadOnlyList<string>? promised
    )
    {
        var generations = configuration.Generations;
        var active = generations.ActiveOf(named, available.PublishedAt, available.Now);
        if (
            promised is not [var only]
            || only == active.Id
            || generations.From(named).FirstOrDefault(authority => authority.Id == only) is not { } other
        )
            return active;

        return generations.StandingOf(other, available.PublishedAt, available.Now) switch
        {
            Standing.Next or Standing.Retired => other,
            _ when available.AskedAt is { } at && WasActive(at) => other,
            _ => active,
        };

        bool WasActive(DateTimeOffset at) =>
            generations.ActiveOf(named, available.PublishedAt, at) == other
            || generations.ActiveOf(named, available.PublishedAt, at - ClocksApart) == other;
    }

    /// <summary>Only whether there is a key to sign with, whatever the generation's standing.</summary>
    public static IEnumerable<Violation> FindCeremony(AuthorityDefinition authority, AuthoritiesAt available)
    {
        if (!available.Has(authority.Id))
            yield return NotAvailable.BrokenBy(
                "authority",
                "an authority whose ceremony has been held",
                authority.DisplayName,
                "This generation can't sign yet.",
                "ask the operator to hold the ceremony, then try again"
            );
    }

    /// <summary>The same, and whether the generation's time has come: one that is retired goes on, the next waits for its day.</summary>
    public static IEnumerable<Violation> FindStarted(
        AuthorityConfiguration configuration,
        AuthorityDefinition authority,
        AuthoritiesAt available
    )
    {
        if (FindCeremony(authority, available).FirstOrDefault() is { } missing)
            yield return missing;
        else if (configuration.Generations.StandingOf(authority, available.PublishedAt, available.Now) == Standing.Next)
            yield return TooEarly(authority, configuration.Generations, available);
    }

    private static Violation? FindIn(AuthorityDefinition authority, Generations generations, AuthoritiesAt available)
    {
        if (FindCeremony(authority, available).FirstOrDefault() is { } missing)
            return missing;
        return generations.StandingOf(authority, available.PublishedAt, available.Now) switch
        {
            Standing.Retired => Retired.BrokenBy(
                "authority",
                "an authority that signs",
                authority.DisplayName,
                "This generation is retired and signs nothing more.",
                "submit the request again: it goes to the current generation; if there is none, ask the operator"
            ),
            Standing.Next => TooEarly(authority, generations, available),
            _ => null,
        };
    }

    private static Violation TooEarly(AuthorityDefinition authority, Generations generations, AuthoritiesAt available)
    {
        // Not published yet, it has no start: its day then is only the earliest that it could be.
        var start = generations.StartOf(authority, available.PublishedAt);
        return authority.ActiveFrom > available.Now
            ? NotActiveYet.BrokenBy(
                "authority",
                $"issuance from {Text(authority.ActiveFrom!.Value)} on",
                $"{authority.DisplayName} at {Text(available.Now)}",
                "The day of this generation has not come.",
                $"try again after {Text(start ?? authority.ActiveFrom.Value)}"
            )
            : NotPublishedLongEnough.BrokenBy(
                "authority",
                $"published for {generations.PublishedAhead.TotalDays:0} days",
                start is null
                    ? $"{authority.DisplayName}, in no signed manifest of the roots yet"
                    : $"{authority.DisplayName}, published at {Text(available.PublishedAt[authority.Id])}",
                "Providers have not had this generation's root for long enough.",
                start is { } known
                    ? $"try again after {Text(known)}"
                    : "ask the operator why the roots are not published: the Signer of the log lane signs their manifest"
            );
    }

    private static string Text(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}

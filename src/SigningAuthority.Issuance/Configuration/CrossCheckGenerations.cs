using SigningAuthority.Issuance.Policy;

namespace SigningAuthority.Issuance.Configuration;

/// <content>How generations of a root follow each other.</content>
internal sealed partial class CrossCheck
{
    private void CheckGenerations()
    {
        foreach (var authority in _files.Authorities)
        {
            var isRoot = authority.Purpose is AuthorityPurpose.ServerRoot or AuthorityPurpose.ClientRoot;
            Require(
                isRoot || authority.Succeeds is null,
                authority,
                "$.succeeds",
                "Only a root has generations; an authority of our own is known to nobody else."
            );
            Require(isRoot || authority.ActiveFrom is null, authority, "$.activeFrom", "Only a root waits for its day.");
            Require(isRoot || !authority.Retired, authority, "$.retired", "Only a root is retired.");
            Require(
                authority.ActiveFrom is not { } day || day.Offset == TimeSpan.Zero,
                authority,
                "$.activeFrom",
                "In UTC: 2027-03-01T00:00:00Z."
            );
            if (authority.Succeeds is { } earlier)
                CheckSuccession(authority, earlier);
        }

        var firsts = _files.Authorities.Where(authority => authority is { Purpose: AuthorityPurpose.ClientRoot, Succeeds: null }).ToList();
        if (firsts.Count != 1)
            _defects.Add(
                new ConfigurationDefect(
                    "authorities/",
                    "$.purpose",
                    $"There must be exactly one ClientRoot that succeeds no other, not {firsts.Count}: the client roots are one chain."
                )
            );
        Require(
            _files.Policy.Roots.PublishedDaysAhead is >= 0 and <= TenYears,
            _files.Policy,
            "$.roots.publishedDaysAhead",
            "0 to 3,650 days."
        );
    }

    private void CheckSuccession(AuthorityDefinition authority, string earlier)
    {
        var predecessor = _files.Authorities.FirstOrDefault(other => other.Id == earlier);
        Require(
            predecessor?.Purpose == authority.Purpose,
            authority,
            "$.succeeds",
            $"'{earlier}' is no {authority.Purpose} in authorities/."
        );
        Require(
            authority.ActiveFrom is not null,
            authority,
            "$.activeFrom",
            "Said for every authority that succeeds another: the day of its first certificate."
        );
        Require(
            predecessor?.ActiveFrom is not { } before || authority.ActiveFrom is not { } day || day > before,
            authority,
            "$.activeFrom",
            $"Later than that of '{earlier}'."
        );
        Require(
            _files.Authorities.First(other => other.Succeeds == earlier) == authority,
            authority,
            "$.succeeds",
            $"'{earlier}' is succeeded already: an authority has one successor."
        );
        Require(!IsInLoop(authority), authority, "$.succeeds", "The generations go round in a circle.");
    }

    private bool IsInLoop(AuthorityDefinition authority)
    {
        var seen = new HashSet<string>();
        for (var next = authority; next?.Succeeds is { } earlier; next = _files.Authorities.FirstOrDefault(other => other.Id == earlier))
        {
            if (!seen.Add(next.Id))
                return true;
        }

        return false;
    }

    /// <summary>
    /// Two authorities of one name are told apart by key identifiers alone. Generations of one chain may be: cross-certificates between
    /// them are self-issued, which a root's pathLenConstraint of 0 does not count (RFC 5280 §4.2.1.9).
    /// </summary>
    private void CheckSubjectsAreTheirOwn()
    {
        foreach (
            var same in _files
                .Authorities.Where(authority => authority.Subject.Count > 0)
                .GroupBy(authority => string.Join(',', authority.Subject))
                .Where(group => group.Count() > 1)
        )
        {
            foreach (var other in same.Skip(1).Where(other => !AreOfOneChain(same.First(), other)))
                Add(
                    other,
                    "$.subject",
                    $"'{same.Key}' is used by {_files.FileOf(same.First())} already, which is no generation of the same root."
                );
        }
    }

    private bool AreOfOneChain(AuthorityDefinition one, AuthorityDefinition other) => FirstOf(one) is { } first && first == FirstOf(other);

    private AuthorityDefinition? FirstOf(AuthorityDefinition authority)
    {
        var seen = new HashSet<string>();
        var first = authority;
        while (first.Succeeds is { } earlier)
        {
            if (!seen.Add(first.Id) || _files.Authorities.FirstOrDefault(other => other.Id == earlier) is not { } before)
                return null;
            first = before;
        }

        return first;
    }
}

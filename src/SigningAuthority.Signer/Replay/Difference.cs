using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Signer.Replay;

/// <summary>How a request would be decided otherwise.</summary>
internal enum DifferenceKind
{
    /// <summary>Accepted by the running configuration, refused by the proposed one.</summary>
    NowRefused,

    /// <summary>The other way round.</summary>
    NowAccepted,

    /// <summary>Accepted by both, for other certificates or with other approvals.</summary>
    OtherCertificates,

    /// <summary>Refused by both, for other reasons.</summary>
    OtherReasons,
}

/// <summary>One thing that is not the same: "generations", "approvals", "sipura: profile.validityDays".</summary>
internal sealed record Change(string What, string Before, string After);

/// <summary>A request that the proposed configuration decides otherwise.</summary>
internal sealed record Difference(
    SigningRequestRecord Request,
    DifferenceKind Kind,
    Verdict Before,
    Verdict After,
    IReadOnlyList<Change> Changes
)
{
    /// <summary>Null when both decide alike.</summary>
    public static Difference? Find(SigningRequestRecord request, Verdict before, Verdict after) =>
        (before.IsAccepted, after.IsAccepted) switch
        {
            (true, false) => new Difference(request, DifferenceKind.NowRefused, before, after, []),
            (false, true) => new Difference(request, DifferenceKind.NowAccepted, before, after, []),
            (false, false) => before.Codes.Order().SequenceEqual(after.Codes.Order())
                ? null
                : new Difference(request, DifferenceKind.OtherReasons, before, after, []),
            _ => ChangesBetween(before, after).ToList() is { Count: > 0 } changes
                ? new Difference(request, DifferenceKind.OtherCertificates, before, after, changes)
                : null,
        };

    private static IEnumerable<Change> ChangesBetween(Verdict before, Verdict after)
    {
        var (generationsBefore, generationsAfter) = (NamesOf(before), NamesOf(after));
        if (generationsBefore != generationsAfter)
            yield return new Change("generations", generationsBefore, generationsAfter);
        if (before.Approval != after.Approval)
            yield return new Change("approvals", before.Approval.ToString(), after.Approval.ToString());
        var changedParts =
            from old in before.Certificates
            from proposed in after.Certificates
            where old.Authority == proposed.Authority
            from part in old.Parts.Keys.Union(proposed.Parts.Keys)
            let was = old.Parts.GetValueOrDefault(part, "")
            let willBe = proposed.Parts.GetValueOrDefault(part, "")
            where was != willBe
            select new Change($"{old.Authority}: {part}", was, willBe);
        foreach (var change in changedParts)
            yield return change;
    }

    private static string NamesOf(Verdict verdict) => string.Join(", ", verdict.Certificates.Select(certificate => certificate.Authority));
}

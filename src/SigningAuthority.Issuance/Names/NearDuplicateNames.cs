using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Issuance.Names;

/// <summary>
/// Finds names that a person could take for another: what an officer is shown before a decision. Never decides anything itself;
/// two honest companies may have names one letter apart. Symmetric: what is near another has it near.
/// </summary>
public static class NearDuplicateNames
{
    /// <summary>From this length on of the registrable part, two edits are still hard to see; in shorter ones they make another word.</summary>
    private const int LongName = 10;

    /// <summary>The known names that are near <paramref name="name"/>, nearest first, each once.</summary>
    /// <param name="name">The name asked for.</param>
    /// <param name="known">
    /// Names to compare with. The name itself, the names above it and those below it are passed over: who may have them is
    /// told by registration, not by looks.
    /// </param>
    public static IReadOnlyList<NearDuplicate> Find(Fqdn name, IEnumerable<Fqdn> known)
    {
        var wanted = new Look(name);
        return
        [
            .. known
                .Distinct()
                .Where(other => !other.IsUnder(name) && !name.IsUnder(other))
                .Select(other => Compare(wanted, new Look(other)))
                .OfType<NearDuplicate>()
                .OrderBy(near => near.Distance)
                .ThenBy(near => near.Name.Value, StringComparer.Ordinal),
        ];
    }

    /// <summary>
    /// Compares whole names, and what was registered with what was registered: prov.ca11me.com is near callme.com whatever
    /// its hosts are called.
    /// </summary>
    private static NearDuplicate? Compare(Look wanted, Look other)
    {
        var whole = Compare(wanted.Name.Value, wanted.Whole, other.Name.Value, other.Whole, MostEdits(wanted, other));
        var registered =
            wanted.Registrable == other.Registrable
                ? null
                : Compare(wanted.Registrable, wanted.RegistrableLook, other.Registrable, other.RegistrableLook, MostEdits(wanted, other));
        var nearest = new[] { whole, registered }.OfType<(NearDuplicateKind Kind, int Distance)>().ToList();
        return nearest.Count == 0
            ? null
            : new NearDuplicate(other.Name, nearest.Max(found => found.Kind), nearest.Min(found => found.Distance));
    }

    private static (NearDuplicateKind Kind, int Distance)? Compare(
        string first,
        string firstLook,
        string second,
        string secondLook,
        int most
    )
    {
        if (firstLook == secondLook)
            return (NearDuplicateKind.Confusable, EditDistance.Between(first, second, int.MaxValue - 1));
        var distance = EditDistance.Between(first, second, most);
        return distance <= most ? (NearDuplicateKind.EditDistance, distance) : null;
    }

    private static int MostEdits(Look first, Look second) =>
        Math.Min(first.Registrable.Length, second.Registrable.Length) >= LongName ? 2 : 1;

    private sealed class Look(Fqdn name)
    {
        public Fqdn Name { get; } = name;

        public string Whole { get; } = Appearance.Of(name.Value);

        public string Registrable { get; } = RegistrablePart.Of(name);

        public string RegistrableLook => field ??= Appearance.Of(Registrable);
    }
}

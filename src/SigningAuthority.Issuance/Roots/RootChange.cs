using SigningAuthority.Issuance.Configuration;

namespace SigningAuthority.Issuance.Roots;

/// <summary>What became of a root between two versions of the manifest.</summary>
public enum RootChangeKind
{
    /// <summary>It was not published before.</summary>
    Added,

    /// <summary>It signs from now on.</summary>
    Activated,

    /// <summary>A later generation signs in its place; what it signed stays good.</summary>
    Superseded,

    /// <summary>It signs no more, and left the bundles.</summary>
    Retired,

    /// <summary>It does not sign yet, and its day is another than was said.</summary>
    Rescheduled,

    /// <summary>It is not published any more.</summary>
    Removed,
}

/// <summary>A change of one root.</summary>
/// <param name="Root">As it stands after the change; as it stood before where it was removed.</param>
public sealed record RootChange(RootChangeKind Kind, ManifestRoot Root)
{
    /// <summary>What there is to tell of a new version; nothing where only names, files or dates changed.</summary>
    /// <param name="before">Null for the first version.</param>
    /// <param name="after">The version after it.</param>
    public static IReadOnlyList<RootChange> Between(RootManifest? before, RootManifest after)
    {
        var earlier = (before?.Roots ?? []).ToDictionary(root => root.Id);
        var later = after.Roots.Select(root => root.Id).ToHashSet();
        return
        [
            .. after
                .Roots.Select(root => KindOf(earlier.GetValueOrDefault(root.Id), root) is { } kind ? new RootChange(kind, root) : null)
                .OfType<RootChange>(),
            .. earlier.Values.Where(root => !later.Contains(root.Id)).Select(root => new RootChange(RootChangeKind.Removed, root)),
        ];
    }

    /// <summary>One sentence without its full stop, printable where the names are.</summary>
    public string Tell() =>
        Kind switch
        {
            RootChangeKind.Added when Root.Standing == Standing.Next =>
                $"{Root.DisplayName} is new, and will sign {(Root.ActiveFrom is { } from ? $"from {Day(from)}" : "later")}",
            RootChangeKind.Added => $"{Root.DisplayName} is new",
            RootChangeKind.Activated => $"{Root.DisplayName} signs from now on",
            RootChangeKind.Superseded => $"{Root.DisplayName} was succeeded, and what it signed stays good",
            RootChangeKind.Retired => $"{Root.DisplayName} was retired, and left the bundles",
            RootChangeKind.Rescheduled =>
                $"{Root.DisplayName} does not sign yet{(Root.ActiveFrom is { } from ? $", but from {Day(from)}" : "")}",
            _ => $"{Root.DisplayName} is not published any more",
        };

    private static RootChangeKind? KindOf(ManifestRoot? before, ManifestRoot after) =>
        before is null ? RootChangeKind.Added
        : before.Standing == after.Standing ? Moved(before, after)
        : after.Standing switch
        {
            Standing.Next => RootChangeKind.Rescheduled,
            Standing.Current => RootChangeKind.Activated,
            Standing.Old => RootChangeKind.Superseded,
            _ => RootChangeKind.Retired,
        };

    private static RootChangeKind? Moved(ManifestRoot before, ManifestRoot after) =>
        after.Standing == Standing.Next && before.ActiveFrom != after.ActiveFrom ? RootChangeKind.Rescheduled : null;

    private static string Day(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'");
}

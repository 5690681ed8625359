namespace SigningAuthority.Issuance.Policy;

/// <summary>The limits that this program keeps; policy.json gives each its number. One that is not in there is not kept.</summary>
public static class LimitNames
{
    /// <summary>Every call of a provider's token.</summary>
    public const string RequestsPerMinute = "requests-per-minute";

    /// <summary>Every call of another token: auditors', officers', operators'.</summary>
    public const string StaffRequestsPerMinute = "staff-requests-per-minute";

    /// <summary>Requests sent in, whatever is decided about them.</summary>
    public const string SubmissionsPerHour = "submissions-per-hour";

    /// <summary>Questions what would be decided.</summary>
    public const string DryRunsPerMinute = "dry-runs-per-minute";

    /// <summary>Challenges asked for, and checks of them: each makes us call somebody's server.</summary>
    public const string NameChallengesPerHour = "name-challenges-per-hour";

    /// <summary>Certificates and kits.</summary>
    public const string DownloadsPerHour = "downloads-per-hour";

    /// <summary>Requests that are neither decided nor signed. It has no window: its seconds say when to ask again.</summary>
    public const string UnfinishedRequests = "unfinished-requests";

    /// <summary>Certificates asked for in the window that ends now, those of refused and withdrawn requests left out.</summary>
    public const string CertificatesPerDay = "certificates-per-day";

    public static IReadOnlyList<string> All { get; } =
    [
        RequestsPerMinute,
        StaffRequestsPerMinute,
        SubmissionsPerHour,
        DryRunsPerMinute,
        NameChallengesPerHour,
        DownloadsPerHour,
        UnfinishedRequests,
        CertificatesPerDay,
    ];
}

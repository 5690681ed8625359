using SigningAuthority.IssuanceLog.Tiles;

namespace SigningAuthority.Client.Log.Verification;

/// <summary>What a verification came to, as it is printed.</summary>
internal sealed record VerifiedLog
{
    public required bool IsSound { get; init; }

    public required string Log { get; init; }

    /// <summary>Entries below the checkpoint.</summary>
    public required long TreeSize { get; init; }

    public required byte[] RootHash { get; init; }

    /// <summary>Entries that were verified, those of earlier runs included.</summary>
    public required long Entries { get; init; }

    /// <summary>Entries that earlier runs had verified.</summary>
    public required long VerifiedBefore { get; init; }

    /// <summary>Certificates that were written down before they were signed.</summary>
    public required long Intended { get; init; }

    public required long Issued { get; init; }

    /// <summary>Intended and not issued: under way, or given up.</summary>
    public required long Open { get; init; }

    /// <summary>The newest entry's time.</summary>
    public required DateTimeOffset Latest { get; init; }

    /// <summary>The last number of each authority that numbers its certificates.</summary>
    public required IReadOnlyDictionary<string, long> IssuerSequences { get; init; }

    /// <summary>All findings; of many, only the first are listed.</summary>
    public required long FindingCount { get; init; }

    public required IReadOnlyList<LogFinding> Findings { get; init; }

    public static VerifiedLog Of(LogReport report, long from) =>
        new()
        {
            IsSound = report.IsSound,
            Log = report.Checkpoint.Origin,
            TreeSize = report.Checkpoint.Size,
            RootHash = report.Checkpoint.RootHash,
            Entries = report.Entries,
            VerifiedBefore = from,
            Intended = report.Intended,
            Issued = report.Issued,
            Open = report.Open,
            Latest = report.Latest,
            IssuerSequences = report.IssuerSequences,
            FindingCount = report.FindingCount,
            Findings = report.Findings,
        };

    public void Print(TextWriter output)
    {
        output.WriteLine($"The log {Log} is {(IsSound ? "sound" : "NOT sound")}.");
        output.WriteLine(
            $"  entries       {Entries} of {TreeSize} verified{(VerifiedBefore > 0 ? $", {VerifiedBefore} of them before" : "")}"
        );
        output.WriteLine($"  root          {Convert.ToBase64String(RootHash)}");
        output.WriteLine($"  certificates  {Issued} issued, all of {Intended} intended but {Open} (under way or given up)");
        foreach (var (authority, last) in IssuerSequences.OrderBy(issuer => issuer.Key))
            output.WriteLine($"  issuer        {authority}: numbered to {last}");
        output.WriteLine($"  newest entry  {Latest.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'}");
        if (FindingCount > 0)
            output.WriteLine(
                $"  findings      {FindingCount}{(FindingCount > Findings.Count ? $", the first {Findings.Count} of which are listed" : "")}"
            );
    }
}

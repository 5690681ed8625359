using SigningAuthority.IssuanceLog.Tree;

namespace SigningAuthority.IssuanceLog.Tiles;

/// <summary>What a verification came to.</summary>
/// <param name="Checkpoint">The signed head that everything was compared with.</param>
/// <param name="Entries">How many entries lie below it and were walked: all, unless the walk ended early.</param>
/// <param name="Findings">At most <see cref="VerificationState.MostFindings"/>, those of earlier runs included.</param>
/// <param name="FindingCount">All of them.</param>
/// <param name="Intended">certificate.intended entries.</param>
/// <param name="Issued">certificate.issued entries.</param>
/// <param name="Open">Intents without a certificate: under way, or given up.</param>
/// <param name="Latest">The largest "at".</param>
/// <param name="IssuerSequences">The last number of each issuer that counts.</param>
/// <param name="State">To go on from when the log has grown; up to the last whole bundle.</param>
public sealed record LogReport(
    Checkpoint Checkpoint,
    long Entries,
    IReadOnlyList<LogFinding> Findings,
    long FindingCount,
    long Intended,
    long Issued,
    int Open,
    DateTimeOffset Latest,
    IReadOnlyDictionary<string, long> IssuerSequences,
    VerificationState State
)
{
    /// <summary>Every entry below the checkpoint was there, and there was nothing to find.</summary>
    public bool IsSound => FindingCount == 0 && Entries == Checkpoint.Size;
}

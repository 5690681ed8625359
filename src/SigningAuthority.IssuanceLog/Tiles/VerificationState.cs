using SigningAuthority.IssuanceLog.Tree;

namespace SigningAuthority.IssuanceLog.Tiles;

/// <summary>
/// How far a verification has come, and all it needs to go on: after an interruption, or later, when the log has grown. It is
/// the verifier's own: whoever can alter it decides what is verified. Not thread-safe.
/// </summary>
public sealed class VerificationState
{
    /// <summary>Findings beyond this many are counted and not kept.</summary>
    public const int MostFindings = 100;

    private readonly List<LogFinding> _findings = [];
    private readonly List<Checkpoint> _checkpoints = [];

    public VerificationState()
        : this(new CompactRange()) { }

    internal VerificationState(CompactRange tree) => Tree = tree;

    /// <summary>Entries verified: a multiple of 256, since a partial bundle is read again when the log has grown.</summary>
    public long Size => Tree.Size;

    /// <summary>The largest "at" so far.</summary>
    public DateTimeOffset Latest { get; internal set; } = DateTimeOffset.UnixEpoch;

    /// <summary>certificate.intended entries.</summary>
    public long Intended { get; internal set; }

    /// <summary>certificate.issued entries.</summary>
    public long Issued { get; internal set; }

    /// <summary>The last number of each issuer that counts, by authority.</summary>
    public IReadOnlyDictionary<string, long> IssuerSequences => LastNumbers;

    /// <summary>Intents without a certificate so far: under way, or given up.</summary>
    public int Open => OpenIntents.Count;

    /// <summary>At most <see cref="MostFindings"/>.</summary>
    public IReadOnlyList<LogFinding> Findings => _findings;

    /// <summary>All of them.</summary>
    public long FindingCount { get; internal set; }

    /// <summary>Signed checkpoints that are still to be compared, or were last: the tree must have each one's root at its size.</summary>
    public IReadOnlyList<Checkpoint> Checkpoints => _checkpoints;

    /// <summary>Of a range that does not begin with the log: issued in it, and not intended in it.</summary>
    internal long IntendedBefore { get; set; }

    internal CompactRange Tree { get; set; }

    internal Dictionary<string, long> LastNumbers { get; } = [];

    /// <summary>"authority/serial number" to the SHA-256 of the intended bytes.</summary>
    internal Dictionary<string, string> OpenIntents { get; } = [];

    /// <summary>
    /// Takes a checkpoint whose signature was verified, so that the tree is compared with it on the way. One of a tree that is
    /// smaller than <see cref="Size"/> comes too late: prove it consistent with <see cref="TiledTree.ProveConsistencyAsync"/>.
    /// </summary>
    /// <returns>False if it comes too late.</returns>
    public bool Remember(Checkpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        if (checkpoint.Size < Size)
            return false;

        if (!_checkpoints.Exists(known => known.Body() == checkpoint.Body()))
            _checkpoints.Add(checkpoint);
        return true;
    }

    /// <summary>For a file of the verifier's own: JSON, in UTF-8.</summary>
    public byte[] ToBytes() => VerificationStateFormat.Write(this);

    /// <exception cref="FormatException">The bytes are not such a state.</exception>
    public static VerificationState Parse(ReadOnlySpan<byte> bytes) => VerificationStateFormat.Read(bytes);

    internal VerificationState Copy() => Parse(ToBytes());

    /// <summary>A second look at the same defect adds nothing.</summary>
    internal void Find(string code, string message, long? index = null)
    {
        var finding = new LogFinding(code, message, index);
        if (_findings.Contains(finding))
            return;

        FindingCount++;
        if (_findings.Count < MostFindings)
            _findings.Add(finding);
    }

    internal void Forget(Predicate<Checkpoint> passed) => _checkpoints.RemoveAll(passed);

    internal void Restore(IEnumerable<LogFinding> findings) => _findings.AddRange(findings);
}

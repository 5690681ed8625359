namespace SigningAuthority.Client.Log;

/// <summary>
/// What signctl finds besides what a verification of the log may find (<see cref="IssuanceLog.Tiles.LogFindingCodes"/>): in
/// checkpoints, receipts and exports. Stable; deploy/runbooks/auditors.md says what each means.
/// </summary>
internal static class FindingCodes
{
    public const string CheckpointMissing = "checkpoint-missing";
    public const string CheckpointMalformed = "checkpoint-malformed";

    /// <summary>A signature of the log's key that does not fit the text.</summary>
    public const string CheckpointAltered = "checkpoint-altered";

    public const string WrongLogKey = "wrong-log-key";
    public const string WrongOrigin = "wrong-origin";
    public const string KeyMissing = "key-missing";
    public const string KeyMalformed = "key-malformed";

    public const string ReceiptMalformed = "receipt-malformed";
    public const string EntryNotIncluded = "entry-not-included";
    public const string NotAnIssuance = "not-an-issuance";
    public const string AnotherCertificate = "another-certificate";
    public const string EntryContradictsCertificate = "entry-contradicts-certificate";

    public const string ExportMalformed = "export-malformed";
    public const string RangeNotProven = "range-not-proven";
}

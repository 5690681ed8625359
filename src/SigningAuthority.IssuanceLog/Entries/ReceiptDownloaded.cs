using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>A certificate's receipt was handed out: the proof that its issuance is in the log.</summary>
public sealed record ReceiptDownloaded : LogEntry
{
    public const string TypeName = "receipt.downloaded";

    public override string Type => TypeName;

    /// <summary>The leaf that the receipt proves.</summary>
    public required long Index { get; init; }

    /// <summary>Of the checkpoint in the receipt.</summary>
    public required long TreeSize { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        if (Fingerprint is null)
            throw new InvalidEntryException("A receipt is one of a certificate.");

        json.WriteNumber("index", Index);
        json.WriteNumber("treeSize", TreeSize);
    }
}

using SigningAuthority.Client.CommandLine;

namespace SigningAuthority.Client.Log.Receipts;

/// <summary>What a receipt has proven.</summary>
internal sealed record ProvenIssuance
{
    /// <summary>The entry's place in the log, from 0.</summary>
    public required long Index { get; init; }

    /// <summary>Entries in the log when the checkpoint was signed.</summary>
    public required long TreeSize { get; init; }

    public required string Log { get; init; }

    public required DateTimeOffset IssuedAt { get; init; }

    public string? Subject { get; init; }

    public string? Authority { get; init; }

    public required string SerialNumber { get; init; }

    public required string Sha256 { get; init; }

    public required string ToBeSignedSha256 { get; init; }

    /// <summary>The request that was answered; its own entries say who sent it, what was decided and by which policy.</summary>
    public Guid? RequestId { get; init; }

    /// <summary>Which part of the authority signed.</summary>
    public required string IssuedBy { get; init; }

    public void Print(TextWriter output)
    {
        output.WriteLine($"proven: entry {Index} of {TreeSize} in {PlainText.Of(Log)}");
        output.WriteLine($"  certificate  {Sha256}");
        output.WriteLine($"  issued       {IssuedAt.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'} by {PlainText.Of(IssuedBy)}");
        output.WriteLine($"  authority    {PlainText.Of(Authority)}, serial number {PlainText.Of(SerialNumber)}");
        output.WriteLine($"  to be signed {PlainText.Of(ToBeSignedSha256)}");
        if (Subject is not null)
            output.WriteLine($"  about        {PlainText.Of(Subject)}");
        if (RequestId is not null)
            output.WriteLine($"  request      {RequestId}");
    }
}

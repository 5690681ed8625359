using System.Text.Json;

namespace SigningAuthority.Client.Log.Exports;

/// <summary>An export's first line.</summary>
internal sealed record ExportHeader
{
    private const string KnownFormat = "signing-authority-export/v1";

    public required string Format { get; init; }

    /// <summary>The signed note that it is bound to.</summary>
    public required string Checkpoint { get; init; }

    public required long From { get; init; }

    /// <summary>Behind the last entry.</summary>
    public required long To { get; init; }

    public required IReadOnlyList<byte[]> LeftNodes { get; init; }

    public required IReadOnlyList<byte[]> RightNodes { get; init; }

    public required IReadOnlyList<IssuerSpan> Issuers { get; init; }

    /// <exception cref="LogDefectException">The line is no such header.</exception>
    public static ExportHeader Read(ReadOnlySpan<byte> line)
    {
        try
        {
            // What stands within lists may be null, whatever their types say.
            if (
                JsonSerializer.Deserialize<ExportHeader>(line, Strict) is { Format: KnownFormat } header
                && header.From <= header.To
                && header.Issuers.All(issuer => issuer is { Authority: not null })
            )
                return header;
        }
        catch (JsonException) { }

        throw new LogDefectException(FindingCodes.ExportMalformed, $"its first line is not that of a {KnownFormat}.");
    }

    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web) { RespectNullableAnnotations = true };
}

using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>All that was to be signed anew has been asked for, and is issued or refused. Each certificate has entries of its own.</summary>
public sealed record ResigningEnded : LogEntry
{
    public const string TypeName = "resigning.ended";

    public override string Type => TypeName;

    public required string Authority { get; init; }

    public required string Generation { get; init; }

    /// <summary>In this run.</summary>
    public required long Issued { get; init; }

    /// <summary>In this run; those that failed too.</summary>
    public required long Refused { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteText("authority", Authority);
        json.WriteText("generation", Generation);
        json.WriteNumber("issued", Issued);
        json.WriteNumber("refused", Refused);
    }
}

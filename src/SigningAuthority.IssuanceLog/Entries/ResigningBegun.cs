using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>An operator has a generation's certificates signed anew by a later one, or goes on with it after an interruption.</summary>
public sealed record ResigningBegun : LogEntry
{
    public const string TypeName = "resigning.begun";

    public override string Type => TypeName;

    /// <summary>Whose certificates.</summary>
    public required string Authority { get; init; }

    /// <summary>Who signs them anew.</summary>
    public required string Generation { get; init; }

    /// <summary>Devices' certificates of the authority that are neither ended nor revoked.</summary>
    public required long Certificates { get; init; }

    /// <summary>How many of them are signed anew already.</summary>
    public required long Already { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteText("authority", Authority);
        json.WriteText("generation", Generation);
        json.WriteNumber("certificates", Certificates);
        json.WriteNumber("already", Already);
    }
}

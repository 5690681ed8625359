using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>What the loss of an authority's key would cost was planned, and perhaps rehearsed on a copy of the database.</summary>
public sealed record CompromiseDrilled : LogEntry
{
    public const string TypeName = "compromise.drilled";

    public override string Type => TypeName;

    public required string Authority { get; init; }

    /// <summary>Who would sign anew.</summary>
    public required string Generation { get; init; }

    /// <summary>That would have to be signed anew.</summary>
    public required long Certificates { get; init; }

    /// <summary>How many were signed anew on the copy; null where nothing was rehearsed.</summary>
    public long? Rehearsed { get; init; }

    /// <summary>How many the copy's key room refused; set exactly when <see cref="Rehearsed"/> is.</summary>
    public long? Refused { get; init; }

    /// <summary>Time that signing all of them anew takes, in whole seconds; null where no rate is known.</summary>
    public long? Seconds { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteText("authority", Authority);
        json.WriteText("generation", Generation);
        json.WriteNumber("certificates", Certificates);
        if (Rehearsed is { } rehearsed)
            json.WriteNumber("rehearsed", rehearsed);
        if (Refused is { } refused)
            json.WriteNumber("refused", refused);
        if (Seconds is { } seconds)
            json.WriteNumber("seconds", seconds);
    }
}

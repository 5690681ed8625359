using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>What was intended, signed, recorded and logged was compared, all of it or what came since the last sound comparison.</summary>
public sealed record ReconciliationRun : LogEntry
{
    public const string TypeName = "reconciliation.run";

    public override string Type => TypeName;

    public required bool Whole { get; init; }

    /// <summary>The first entry that was read, counted from 0.</summary>
    public required long FromIndex { get; init; }

    /// <summary>Behind the last.</summary>
    public required long ToIndex { get; init; }

    public required long Intents { get; init; }

    public required long Certificates { get; init; }

    /// <summary>Intents whose request failed.</summary>
    public required long Failed { get; init; }

    /// <summary>Intents that are still to be signed.</summary>
    public required long UnderWay { get; init; }

    /// <summary>How often the log's key was asked for a checkpoint's signature.</summary>
    public required long Signings { get; init; }

    /// <summary>0 when everything agrees.</summary>
    public required long Differences { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteBoolean("whole", Whole);
        json.WriteNumber("fromIndex", FromIndex);
        json.WriteNumber("toIndex", ToIndex);
        json.WriteNumber("intents", Intents);
        json.WriteNumber("certificates", Certificates);
        json.WriteNumber("failed", Failed);
        json.WriteNumber("underWay", UnderWay);
        json.WriteNumber("signings", Signings);
        json.WriteNumber("differences", Differences);
    }
}

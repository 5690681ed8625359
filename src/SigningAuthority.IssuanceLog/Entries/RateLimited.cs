using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>A caller had used a limit up: the first call that was turned away in this window. Those that followed leave no entry.</summary>
public sealed record RateLimited : LogEntry
{
    public const string TypeName = "rate.limited";

    public override string Type => TypeName;

    /// <summary>The limit's name in the configuration.</summary>
    public required string Limit { get; init; }

    /// <summary>In a window, overrides included.</summary>
    public required int Allowed { get; init; }

    /// <summary>The window's length in seconds.</summary>
    public required int Window { get; init; }

    public required string Method { get; init; }

    public required string Path { get; init; }

    private protected override void WriteDetails(Utf8JsonWriter json)
    {
        json.WriteText("limit", Limit);
        json.WriteNumber("allowed", Allowed);
        json.WriteNumber("window", Window);
        json.WriteText("method", Method);
        json.WriteText("path", Path);
    }
}

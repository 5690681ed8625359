using System.Globalization;
using SigningAuthority.Api.Requests;
using SigningAuthority.Storage.IssuanceLog;

namespace SigningAuthority.Api.Auditors.Exports;

/// <summary>A range of the log as it was at a published checkpoint: the same choice is the same octets for ever.</summary>
/// <param name="From">The first leaf.</param>
/// <param name="To">Behind the last leaf, at most the checkpoint's size.</param>
internal sealed record ExportChoice(long From, long To, StoredCheckpoint Checkpoint)
{
    public const string Path = "/api/v1/audit/export";

    /// <summary>Where exactly this is found again.</summary>
    public string Href => $"{Path}?from={From}&to={To}&size={Checkpoint.TreeSize}";

    public string FileName => $"entries-{From}-{To}-of-{Checkpoint.TreeSize}.ndjson";

    /// <returns>Null where something can't be used, which <paramref name="values"/> then has, or where the log has no checkpoint yet.</returns>
    public static async Task<ExportChoice?> ReadAsync(QueryValues values, ExportedRange range, CancellationToken cancellation)
    {
        values.RequireKnown(["from", "to", "size"]);
        var size = values.Number("size", 0, long.MaxValue);
        var (fromText, toText) = (values.Text("from"), values.Text("to"));
        if (values.Violations.Count > 0)
            return null;

        if (await range.FindCheckpointAsync(size, cancellation) is not { } checkpoint)
        {
            if (size is { } wanted)
                values.Add("size", "the size of a checkpoint that was published", wanted.ToString(CultureInfo.InvariantCulture));
            return null;
        }

        var from = await PlaceAsync("from", fromText, TimeSpan.Zero, 0);
        // An entry may come into the log a while after its own time: what is asked for by time is all there, and a little more.
        var to = await PlaceAsync("to", toText, QueryLogEntries.Lateness, checkpoint.TreeSize);
        if (values.Violations.Count == 0 && from > checkpoint.TreeSize)
            values.Add("from", $"an index up to {checkpoint.TreeSize}, where the checkpoint's tree ends", $"{from}");
        else if (values.Violations.Count == 0 && (to < from || to > checkpoint.TreeSize))
            values.Add("to", $"an index from {from} to {checkpoint.TreeSize}", $"{to}");
        return values.Violations.Count == 0 ? new ExportChoice(from, to, checkpoint) : null;

        async Task<long> PlaceAsync(string name, string? text, TimeSpan late, long otherwise)
        {
            if (text is null)
                return otherwise;
            if (text.All(char.IsAsciiDigit))
                return values.Number(name, 0, long.MaxValue) ?? otherwise;
            if (values.Time(name) is not { } time)
                return otherwise;
            var at = time < DateTimeOffset.MaxValue - late ? time + late : DateTimeOffset.MaxValue;
            return Math.Min(await range.FindIndexAsync(at, cancellation) ?? checkpoint.TreeSize, checkpoint.TreeSize);
        }
    }
}

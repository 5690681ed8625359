using System.Text.Json;

namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>One broken rule, as a refusal's entry keeps it: the facts, without the advice to the sender.</summary>
/// <param name="Code">Stable, kebab-case.</param>
/// <param name="Field">Where in the request.</param>
/// <param name="Expected">What the rule wants.</param>
/// <param name="Actual">What was sent.</param>
/// <param name="Source">Where the rule comes from.</param>
public sealed record LoggedViolation(string Code, string Field, string Expected, string Actual, string Source)
{
    // A CSR of 16 KiB can break thousands of rules. Its refusal must be written nonetheless, so violations are written
    // until this much is spent and the rest are counted: one more takes at most 5 × 512 × 6 octets, and the entry still fits.
    private const int ViolationsBudget = 49_000;

    /// <summary>The member "violations" of a refusal's entry.</summary>
    internal static void WriteAll(Utf8JsonWriter json, IReadOnlyList<LoggedViolation> violations)
    {
        var written = 0;
        json.WriteStartArray("violations");
        while (written < violations.Count && json.BytesCommitted + json.BytesPending < ViolationsBudget)
            violations[written++].Write(json);
        json.WriteEndArray();
        if (written < violations.Count)
            json.WriteNumber("violationsOmitted", violations.Count - written);
    }

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteOptionalText("code", Code);
        json.WriteOptionalText("field", Field);
        json.WriteOptionalText("expected", Expected);
        json.WriteOptionalText("actual", Actual);
        json.WriteOptionalText("source", Source);
        json.WriteEndObject();
    }
}

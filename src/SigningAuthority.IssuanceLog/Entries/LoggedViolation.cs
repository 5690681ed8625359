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

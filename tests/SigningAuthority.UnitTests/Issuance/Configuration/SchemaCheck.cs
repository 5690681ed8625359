using System.Text.Json;
using System.Text.Json.Nodes;

namespace SigningAuthority.UnitTests.Issuance.Configuration;

/// <summary>As much of JSON Schema as the generated schemas use: type, enum, properties, required, additionalProperties, items.</summary>
internal static class SchemaCheck
{
    private static readonly string[] Known =
    [
        "$schema",
        "title",
        "description",
        "type",
        "enum",
        "properties",
        "required",
        "additionalProperties",
        "items",
        "default",
    ];

    public static IEnumerable<string> Find(JsonNode? value, JsonNode schema, string path = "$")
    {
        foreach (var (keyword, _) in schema.AsObject().Where(keyword => !Known.Contains(keyword.Key)))
            yield return $"{path}: the schema has {keyword}, which is not checked here";
        if (schema["type"] is { } type && !TypesOf(type).Contains(KindOf(value)))
            yield return $"{path}: {KindOf(value)} instead of {type.ToJsonString()}";
        if (schema["enum"] is JsonArray values && !values.Any(allowed => JsonNode.DeepEquals(allowed, value)))
            yield return $"{path}: {value?.ToJsonString()} is none of {values.ToJsonString()}";
        if (value is JsonObject members)
        {
            foreach (
                var missing in (schema["required"]?.AsArray() ?? []).Select(name => (string)name!).Where(name => !members.ContainsKey(name))
            )
                yield return $"{path}: {missing} is missing";
            foreach (var (name, member) in members)
            {
                if (schema["properties"]?[name] is not { } property)
                    yield return $"{path}: {name} is unknown";
                else
                    foreach (var defect in Find(member, property, $"{path}.{name}"))
                        yield return defect;
            }
        }

        if (value is JsonArray list && schema["items"] is { } items)
        {
            foreach (var defect in list.SelectMany((item, index) => Find(item, items, $"{path}[{index}]")))
                yield return defect;
        }
    }

    private static IEnumerable<string> TypesOf(JsonNode type) =>
        type is JsonArray types ? types.Select(name => (string)name!) : [(string)type!];

    private static string KindOf(JsonNode? value) =>
        value?.GetValueKind() switch
        {
            JsonValueKind.Object => "object",
            JsonValueKind.Array => "array",
            JsonValueKind.String => "string",
            JsonValueKind.Number => "integer",
            JsonValueKind.True or JsonValueKind.False => "boolean",
            _ => "null",
        };
}

using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Keys;

namespace SigningAuthority.UnitTests.Issuance.Configuration;

/// <summary>Makes the JSON schema of a kind of file from its C# type; descriptions are those of ca-config/README.md.</summary>
internal static class ConfigurationSchema
{
    private static readonly JsonSerializerOptions Written = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The schema's text, as it is shipped.</summary>
    public static string Generate(Type type, string section)
    {
        var explained = ConfigurationReadme.KeysOf(section);
        var options = new JsonSerializerOptions(ConfigurationFiles.Json)
        {
            TypeInfoResolver = new System.Text.Json.Serialization.Metadata.DefaultJsonTypeInfoResolver(),
        };
        var exporter = new JsonSchemaExporterOptions
        {
            TreatNullObliviousAsNonNullable = true,
            TransformSchemaNode = (context, schema) => Describe(schema, KeyOf([.. context.Path]), explained, type),
        };
        var body = options.GetJsonSchemaAsNode(type, exporter).AsObject();
        var schema = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = $"One file of ca-config/{section}/",
        };
        foreach (var (name, value) in body.ToList())
        {
            body.Remove(name);
            schema[name] = value;
        }

        return schema.ToJsonString(Written) + "\n";
    }

    /// <summary>Every key that the type has: "serverRoots[].authority".</summary>
    public static IReadOnlyList<string> KeysIn(JsonNode schema, string prefix = "")
    {
        var keys = new List<string>();
        if (schema["items"] is { } items)
            keys.AddRange(KeysIn(items, prefix + "[]"));
        foreach (var (name, property) in schema["properties"]?.AsObject() ?? [])
        {
            var key = prefix.Length == 0 ? name : $"{prefix}.{name}";
            keys.Add(key);
            keys.AddRange(KeysIn(property!, key));
        }

        return keys;
    }

    private static JsonNode Describe(JsonNode schema, string key, IReadOnlyDictionary<string, string> explained, Type type)
    {
        if (schema is not JsonObject node)
            return schema;
        if (type == typeof(AuthorityDefinition) && key == "key")
            node["enum"] = new JsonArray([.. KeyAlgorithm.All.Select(algorithm => (JsonNode)algorithm.Name)]);
        if (explained.TryGetValue(key, out var description))
            node["description"] = description;
        return node;
    }

    private static string KeyOf(IReadOnlyList<string> path)
    {
        var key = "";
        for (var i = 0; i < path.Count; i++)
        {
            if (path[i] == "items")
                key += "[]";
            else if (path[i] == "properties")
                key += (key.Length == 0 ? "" : ".") + path[++i];
        }

        return key;
    }
}

using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SigningAuthority.Api.Hosting;

/// <summary>
/// How JSON leaves this process: camelCase, members that are null left out, quotes and "§" as themselves. The relaxed encoder is safe
/// because no answer is ever put into a page, and all are sent with "nosniff".
/// </summary>
internal static class JsonSpelling
{
    public static JsonSerializerOptions Options { get; } = Apply(new JsonSerializerOptions(JsonSerializerDefaults.Web));

    public static IServiceCollection AddJsonSpelling(this IServiceCollection services) =>
        services.ConfigureHttpJsonOptions(json => Apply(json.SerializerOptions));

    private static JsonSerializerOptions Apply(JsonSerializerOptions options)
    {
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        return options;
    }
}

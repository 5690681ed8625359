using System.Text.Encodings.Web;
using System.Text.Json;
using SigningAuthority.Issuance.Configuration;

namespace SigningAuthority.Signer.Replay;

/// <summary>One JSON document, written as it is found out.</summary>
internal sealed class JsonReport(Stream output) : ReplayReport, IDisposable
{
    private readonly Utf8JsonWriter _json = new(
        output,
        new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
    );

    public override void Begin(AuthorityConfiguration running, AuthorityConfiguration proposed)
    {
        _json.WriteStartObject();
        Write("running", running);
        Write("proposed", proposed);
        _json.WriteString("limits", Limits);
        _json.WriteStartArray("differences");
    }

    public override void Add(Difference difference)
    {
        var request = difference.Request;
        _json.WriteStartObject();
        _json.WriteString("id", request.Id.Value);
        _json.WriteString("kind", request.Kind.ToString());
        _json.WriteString("submittedAt", request.SubmittedAt);
        _json.WriteString("submittedBy", request.SubmittedBy);
        _json.WriteString("name", request.Fqdn ?? request.Mac);
        Write("devices", request.Devices);
        _json.WriteString("difference", JsonNamingPolicy.CamelCase.ConvertName(difference.Kind.ToString()));
        Write("codesBefore", difference.Before.Codes);
        Write("codesAfter", difference.After.Codes);
        _json.WriteStartArray("changes");
        foreach (var change in difference.Changes)
            JsonSerializer.Serialize(_json, change, JsonSerializerOptions.Web);
        _json.WriteEndArray();
        _json.WriteEndObject();
        _json.Flush();
    }

    public override void End(ReplayTotals totals)
    {
        _json.WriteEndArray();
        _json.WriteStartObject("summary");
        _json.WriteNumber("requests", totals.Requests);
        _json.WriteNumber("alike", totals.Requests - totals.Differences);
        foreach (var kind in Enum.GetValues<DifferenceKind>())
            _json.WriteNumber(JsonNamingPolicy.CamelCase.ConvertName(kind.ToString()), totals.Count(kind));
        _json.WriteStartObject("codes");
        foreach (var (code, count) in totals.Codes)
            _json.WriteNumber(code, count);
        _json.WriteEndObject();
        _json.WriteEndObject();
        _json.WriteEndObject();
        _json.Flush();
        output.WriteByte((byte)'\n');
    }

    public void Dispose() => _json.Dispose();

    private void Write(string name, AuthorityConfiguration configuration)
    {
        _json.WriteStartObject(name);
        _json.WriteString("policyVersion", configuration.PolicyVersion);
        _json.WriteString("configurationHash", configuration.Hash);
        _json.WriteEndObject();
    }

    private void Write(string name, IEnumerable<string> texts)
    {
        _json.WriteStartArray(name);
        foreach (var text in texts)
            _json.WriteStringValue(text);
        _json.WriteEndArray();
    }
}

using System.Text.Json;
using SigningAuthority.Issuance.Policy;

namespace SigningAuthority.Api.Requests;

/// <summary>
/// A JSON object of a request, read member by member so that everything wrong with it is found at once. Members that are not known are
/// passed over: a newer client may send them.
/// </summary>
internal sealed class JsonEnvelope : IDisposable
{
    // A member given twice could be read one way here and another way elsewhere.
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    private readonly JsonDocument? _document;
    private readonly JsonElement? _root;
    private readonly string _prefix = "";
    private readonly List<Violation> _violations = [];

    private JsonEnvelope(JsonDocument? document, Violation? defect)
    {
        (_document, _root) = (document, document?.RootElement);
        if (defect is not null)
            _violations.Add(defect);
    }

    private JsonEnvelope(JsonElement root, string prefix, List<Violation> violations) =>
        (_root, _prefix, _violations) = (root, prefix, violations);

    public IReadOnlyList<Violation> Violations => _violations;

    /// <summary>False when the body is no JSON object at all.</summary>
    public bool IsRead => _root is not null;

    public static JsonEnvelope Read(ReadOnlyMemory<byte> body, string example)
    {
        try
        {
            var document = JsonDocument.Parse(body, Strict);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return new JsonEnvelope(document, null);

            var kind = document.RootElement.ValueKind.ToString();
            document.Dispose();
            return new JsonEnvelope(
                null,
                EnvelopeRules.JsonMalformed.BrokenBy("body", "a JSON object", kind, "The body is JSON, but no object.", example)
            );
        }
        catch (JsonException exception)
        {
            // The parser's message would quote the body, which may hold what must not be repeated.
            var place = $"an error at line {(exception.LineNumber ?? 0) + 1}, octet {(exception.BytePositionInLine ?? 0) + 1}";
            return new JsonEnvelope(
                null,
                EnvelopeRules.JsonMalformed.BrokenBy("body", "one JSON object (RFC 8259)", place, "The body is not valid JSON.", example)
            );
        }
    }

    /// <summary>For acts that can't be taken back: a member that is not known may be a mistyped one, and is refused.</summary>
    public void RequireKnown(IReadOnlyCollection<string> names)
    {
        if (_root is not { } root)
            return;
        foreach (var member in root.EnumerateObject())
        {
            if (!names.Contains(member.Name))
                _violations.Add(
                    EnvelopeRules.JsonUnknown.BrokenBy(
                        _prefix + Rule.Quote(member.Name),
                        "one of the members " + string.Join(", ", names),
                        "an unknown member",
                        "The JSON has a member that is not known here.",
                        "leave it out, or mend its name"
                    )
                );
        }
    }

    public string? Text(string name) => Member(name, "a string", JsonValueKind.String) is { } value ? ReadText(value, name) : null;

    public bool Flag(string name) =>
        Member(name, "true or false", JsonValueKind.True, JsonValueKind.False) is { ValueKind: JsonValueKind.True };

    /// <summary>A whole number; what is none, or has more than nine digits, is a violation.</summary>
    public int? Number(string name)
    {
        if (Member(name, "a whole number", JsonValueKind.Number) is not { } value)
            return null;
        if (value.TryGetInt32(out var number))
            return number;
        AddWrongType(name, "a whole number", value.ValueKind);
        return null;
    }

    public IReadOnlyList<string> Texts(string name)
    {
        if (Member(name, "an array of strings", JsonValueKind.Array) is not { } array)
            return [];

        var texts = new List<string>();
        foreach (var (element, index) in array.EnumerateArray().Select((element, index) => (element, index)))
        {
            if (element.ValueKind != JsonValueKind.String)
                AddWrongType($"{name}[{index}]", "a string", element.ValueKind);
            else if (ReadText(element, $"{name}[{index}]") is { } text)
                texts.Add(text);
        }

        return texts;
    }

    /// <summary>An object inside this one; what is wrong with its members is a violation of this one. Null where there is none.</summary>
    public JsonEnvelope? Object(string name) =>
        Member(name, "an object", JsonValueKind.Object) is { } root ? new JsonEnvelope(root, $"{_prefix}{name}.", _violations) : null;

    public void Dispose() => _document?.Dispose();

    private JsonElement? Member(string name, string expected, params ReadOnlySpan<JsonValueKind> kinds)
    {
        if (_root is not { } root || !root.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
            return null;
        if (kinds.Contains(value.ValueKind))
            return value;
        AddWrongType(name, expected, value.ValueKind);
        return null;
    }

    private string? ReadText(JsonElement value, string field)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate, or octets that are no UTF-8: no text that could be kept.
            _violations.Add(
                EnvelopeRules.JsonType.BrokenBy(
                    _prefix + field,
                    "well-formed Unicode",
                    "an unpaired surrogate",
                    "The member's text is not valid.",
                    "send plain ASCII"
                )
            );
            return null;
        }
    }

    private void AddWrongType(string field, string expected, JsonValueKind actual) =>
        _violations.Add(
            EnvelopeRules.JsonType.BrokenBy(
                _prefix + field,
                expected,
                actual.ToString().ToLowerInvariant(),
                $"The member \"{field}\" has another type.",
                $"send {expected}"
            )
        );
}

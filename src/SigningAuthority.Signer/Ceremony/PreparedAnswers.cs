using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using SigningAuthority.Issuance.Configuration;

namespace SigningAuthority.Signer.Ceremony;

/// <summary>
/// An answers file: what a person confirmed beforehand, for a ceremony without a terminal. It repeats each authority's
/// subject, key and years, so that a changed configuration is not confirmed by an old answer.
/// </summary>
/// <example>
/// {"ceremonies": [{"authority": "sipura", "subject": "CN=Sipura CA,O=…", "key": "RSA-2048", "validityYears": 20, "confirmedBy": "…"}]}
/// </example>
internal sealed class PreparedAnswers
{
    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        PropertyNameCaseInsensitive = false,
        NumberHandling = JsonNumberHandling.Strict,
    };

    private readonly IReadOnlyList<Answer> _answers;
    private readonly string _source;

    private PreparedAnswers(IReadOnlyList<Answer> answers, string source)
    {
        _answers = answers;
        _source = source;
    }

    /// <exception cref="CeremonyRefusal">The file can't be read or is not an answers file.</exception>
    public static PreparedAnswers Read(string path)
    {
        try
        {
            var bytes = File.ReadAllBytes(path);
            var file = JsonSerializer.Deserialize<AnswersFile>(bytes, Strict) ?? throw new JsonException("It holds null.");
            return new PreparedAnswers(file.Ceremonies, $"answers file {path}, SHA-256 {Convert.ToHexStringLower(SHA256.HashData(bytes))}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new CeremonyRefusal($"{path} can't be read as an answers file: {e.Message}");
        }
    }

    /// <exception cref="CeremonyRefusal">There is not exactly one answer for the plan, or it says otherwise; every difference is named.</exception>
    public Confirmation Confirm(AuthorityPlan plan)
    {
        var definition = plan.Definition;
        var answers = _answers.Where(a => a.Authority == definition.Id).ToList();
        if (answers.Count != 1)
            throw new CeremonyRefusal($"The answers file has {answers.Count} answers for \"{definition.Id}\"; it must have one.");

        var answer = answers[0];
        var differences = new List<string>();
        if (!IsSubject(answer.Subject, definition))
            differences.Add($"subject: answered {answer.Subject.GetRawText()}, configured {definition.SubjectName.ToRfc4514()}");
        if (answer.Key != definition.Key)
            differences.Add($"key: answered {answer.Key}, configured {definition.Key}");
        if (answer.ValidityYears != definition.ValidityYears)
            differences.Add($"validityYears: answered {answer.ValidityYears}, configured {definition.ValidityYears}");
        if (string.IsNullOrWhiteSpace(answer.ConfirmedBy))
            differences.Add("confirmedBy: must name who confirmed");

        return differences.Count == 0
            ? new Confirmation(answer.ConfirmedBy, _source)
            : throw new CeremonyRefusal(
                $"The answer for \"{definition.Id}\" is not what ca-config says; nothing was made.\n  {string.Join("\n  ", differences)}"
            );
    }

    /// <summary>The subject in RFC 4514 spelling, or the very array of the configuration.</summary>
    private static bool IsSubject(JsonElement answered, AuthorityDefinition definition)
    {
        if (answered.ValueKind == JsonValueKind.String)
            return answered.GetString() == definition.SubjectName.ToRfc4514();
        try
        {
            return answered.ValueKind == JsonValueKind.Array
                && answered.Deserialize<List<NameTemplate>>(Strict)!.SequenceEqual(definition.Subject);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private sealed record AnswersFile(IReadOnlyList<Answer> Ceremonies);

    private sealed record Answer(string Authority, JsonElement Subject, string Key, int ValidityYears, string ConfirmedBy);
}

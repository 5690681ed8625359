using SigningAuthority.Api.Access;
using SigningAuthority.Api.Problems;
using SigningAuthority.Api.Requests;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.Names;

namespace SigningAuthority.Api.Names;

/// <summary>What a provider sends to prove a name.</summary>
/// <param name="Method">"dns" or "http".</param>
internal sealed record NameToProve(string Name, bool IncludeSubdomains, string Method);

/// <summary>POST /api/v1/provider/names: how to prove a name. Nothing is looked at before the provider says that it is ready.</summary>
internal sealed class ChallengeName(NameChallenges challenges, AuthorityConfiguration configuration, RefuseAtDoor refuse, TimeProvider time)
{
    private const string Example = """{"name":"telco.net","includeSubdomains":true,"method":"dns"}""";
    private const int LongestName = ServerCommonName.MaximumLength;

    public async Task<IResult> HandleAsync(HttpContext context)
    {
        var caller = Caller.Of(context);
        var body = await ReadBody.ReadAsync(context.Request);
        if (body.Defect is { } defect)
            return await RefuseAsync(caller, null, [defect]);
        using var json = JsonEnvelope.Read(body.Octets, Example);
        json.RequireKnown(["name", "includeSubdomains", "method"]);
        var (text, methodText, subdomains) = (json.Text("name"), json.Text("method"), json.Flag("includeSubdomains"));
        List<Violation> violations = [.. json.Violations];
        if (!json.IsRead)
            return await RefuseAsync(caller, null, violations);

        var name = ReadName(text, violations);
        var method = ReadMethod(methodText, subdomains, violations);
        if (name is null || method is null || violations.Count > 0)
            return await RefuseAsync(caller, text, violations);

        var wish = new ChallengeWish(caller.Id, caller.Actor["provider/".Length..], name, subdomains, method.Value);
        var names = configuration.Policy.Names;
        var (challenge, obstacle) = await challenges.CreateAsync(
            wish,
            TimeSpan.FromHours(names.ChallengeHours),
            names.MostOpenChallenges,
            caller.Actor,
            context.RequestAborted
        );
        if (challenge is null)
            return await RefuseAsync(caller, name.Value, [Explain(obstacle, name)]);

        var view = ChallengeView.Of(new ChallengeWithChecks(challenge, []), time.GetUtcNow());
        return Results.Created(view.Href, view);
    }

    private static Fqdn? ReadName(string? text, List<Violation> violations)
    {
        violations.AddRange(EnvelopeDefects.FindKeys(("name", text)));
        if (text is { Length: > LongestName })
            violations.Add(
                NameRules.TooLong.BrokenBy(
                    "name",
                    $"at most {LongestName} characters",
                    $"{text.Length} characters",
                    "No certificate's common name can hold this name.",
                    "prove a shorter name above it"
                )
            );
        if (Fqdn.TryParse(text, out var name))
            return name;
        violations.Add(
            NameRules.NotFqdn.BrokenBy(
                "name",
                "a fully qualified domain name in ASCII, without wildcard or trailing dot: telco.net",
                string.IsNullOrEmpty(text) ? "none" : text,
                "This is no name that a certificate can be for. " + Fqdn.Explain(text).Describe(),
                Example
            )
        );
        return null;
    }

    private static ProofMethod? ReadMethod(string? text, bool includeSubdomains, List<Violation> violations)
    {
        ProofMethod? method = text?.ToLowerInvariant() switch
        {
            "dns" => ProofMethod.Dns,
            "http" => ProofMethod.Http,
            _ => null,
        };
        if (method is null)
            violations.Add(
                NameRules.UnknownMethod.BrokenBy(
                    "method",
                    "\"dns\" or \"http\"",
                    string.IsNullOrEmpty(text) ? "none" : text,
                    "There is no such way to prove a name.",
                    Example
                )
            );
        if (method == ProofMethod.Http && includeSubdomains)
            violations.Add(
                NameRules.HttpCoversOneName.BrokenBy(
                    "includeSubdomains",
                    "false, or \"method\": \"dns\"",
                    "true with \"http\"",
                    "Whoever has one web server does not have the names below it; only a DNS record says that.",
                    "send \"method\":\"dns\", or leave includeSubdomains out and prove each name"
                )
            );
        return method;
    }

    private Violation Explain(ChallengeObstacle obstacle, Fqdn name) =>
        obstacle switch
        {
            ChallengeObstacle.Registered => NameRules.Registered.BrokenBy(
                "name",
                "a name that is to be proven",
                name.Value,
                "The operator registered this name for you; there is nothing to prove.",
                "submit your certificate request"
            ),
            ChallengeObstacle.TooManyOpen => NameRules.TooManyOpen.BrokenBy(
                "name",
                $"at most {configuration.Policy.Names.MostOpenChallenges} open challenges",
                "more",
                "You have too many open challenges.",
                "prove those (GET /api/v1/provider/names), or wait until they expire"
            ),
            // Nothing is said of who holds it, nor whether it is this name or one above or below it.
            _ => NameRules.NotAvailable.BrokenBy(
                "name",
                "a name that can be yours",
                name.Value,
                "This name can't be proven by you.",
                "check the spelling; if the name is yours, ask the operator"
            ),
        };

    private Task<ProblemResult> RefuseAsync(Caller caller, string? subject, IReadOnlyList<Violation> violations) =>
        refuse.AsAsync(EnvelopeDefects.KindOf(violations), new Refusal(caller.Actor, violations, Subject: subject));
}

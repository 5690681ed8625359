using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.Access;
using SigningAuthority.Storage.Names;

namespace SigningAuthority.Api.Officers;

/// <summary>How the name that lets a provider ask came to it.</summary>
/// <param name="Source">"registered" by an operator, or "proven" by the provider.</param>
/// <param name="RegisteredBy">The operator; of a proven name, the process that saw the proof.</param>
/// <param name="Method">"dns" or "http"; absent, like the rest, unless it was proven.</param>
/// <param name="ProvenAt">When the proof was last seen.</param>
/// <param name="ValidUntil">The proof's end.</param>
/// <param name="Seen">What was found instead of the proof when it was looked at again.</param>
internal sealed record CoveringName(
    string Suffix,
    bool IncludeSubdomains,
    DateTimeOffset RegisteredAt,
    string RegisteredBy,
    string Source,
    string? Method,
    DateTimeOffset? ProvenAt,
    DateTimeOffset? ValidUntil,
    string? Seen
)
{
    public static CoveringName Of(ProviderName name, NameChallenge? proof) =>
        new(
            name.Suffix,
            name.IncludeSubdomains,
            name.RegisteredAt,
            name.RegisteredBy,
            proof is null ? "registered" : "proven",
            proof?.MethodName,
            name.ProvenAt,
            name.ValidUntil,
            name.RecheckSeen
        );
}

/// <summary>Finds it as the policy does: a proof that has aged out covers nothing.</summary>
internal sealed class FindCoveringName(Storage.Access.Providers providers, NameChallenges challenges, TimeProvider time)
{
    public async Task<CoveringName?> OfAsync(Guid providerId, Fqdn name, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var names = await providers.NamesAsync(providerId, cancellation);
        if (names.FirstOrDefault(held => held.ToFact(now).Covers(name)) is not { } covering)
            return null;
        return covering.ChallengeId is { } id
            ? CoveringName.Of(covering, (await challenges.FindManyAsync([id], cancellation))[id])
            : CoveringName.Of(covering, null);
    }
}

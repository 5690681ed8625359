using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Keys;
using SigningAuthority.Storage.Certificates;

namespace SigningAuthority.Signer.Ceremony;

/// <summary><c>ceremony create</c>: one ceremony after another.</summary>
internal sealed class CreateAuthorities(
    AuthorityConfiguration configuration,
    Authorities authorities,
    IKeyStore keys,
    TimeProvider time,
    TextWriter output
)
{
    /// <param name="ids">Which authorities, or null for all that do not exist yet.</param>
    /// <param name="confirm">Says yes to a plan, or refuses.</param>
    /// <param name="adoptKey">See <see cref="HoldCeremony.CreateAsync"/>.</param>
    /// <param name="transcripts">Folder for transcripts.</param>
    /// <param name="cancel">Abandoning is safe.</param>
    /// <returns>0, or <see cref="CeremonyOutcome.Refused"/> when a named authority exists already; the others are made all the same.</returns>
    public async Task<int> RunAsync(
        IReadOnlyList<string>? ids,
        Func<AuthorityPlan, Confirmation> confirm,
        bool adoptKey,
        string transcripts,
        CancellationToken cancel
    )
    {
        var definitions = ids is null ? configuration.Authorities : [.. ids.Distinct().Select(Find)];
        var existing = (await authorities.ReadAllAsync(cancel)).Select(a => a.Authority).ToHashSet();
        foreach (var definition in definitions.Where(d => existing.Contains(d.Id)))
            await output.WriteLineAsync($"{definition.Id}: exists already, left as it is");

        var ceremony = new HoldCeremony(authorities, keys, time, $"operator/{Environment.UserName}");
        foreach (var definition in definitions.Where(d => !existing.Contains(d.Id)))
        {
            var plan = AuthorityPlan.For(definition, time);
            var created = await ceremony.CreateAsync(plan, confirm, adoptKey, configuration.Hash, transcripts, cancel);
            var transcript = Path.Combine(transcripts, Transcript.FileName(definition.Id));
            await output.WriteLineAsync(
                $"{definition.Id}: created, {plan.Algorithm}, until {created.NotAfter:yyyy-MM-dd}, transcript {transcript}"
            );
        }

        return ids is not null && definitions.Any(d => existing.Contains(d.Id)) ? CeremonyOutcome.Refused : 0;
    }

    private AuthorityDefinition Find(string id) =>
        configuration.FindAuthority(id)
        ?? throw new CeremonyRefusal(
            $"ca-config has no authority \"{id}\"; it has {string.Join(", ", configuration.Authorities.Select(a => a.Id))}."
        );
}

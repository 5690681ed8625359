using SigningAuthority.Issuance.Configuration;

namespace SigningAuthority.Outreach.Names;

/// <summary>How long proofs hold, by ca-config.</summary>
internal sealed class ProofLife(AuthorityConfiguration configuration)
{
    /// <summary>Between two looks at a proof that is not there any more, and the soonest after one that was.</summary>
    public static readonly TimeSpan Again = TimeSpan.FromHours(6);

    public (TimeSpan Proof, TimeSpan RecheckBefore) Current
    {
        get
        {
            var names = configuration.Policy.Names;
            var (proof, before) = (TimeSpan.FromDays(names.ProvenForDays), TimeSpan.FromDays(names.ReproveDaysBefore));
            // A window as long as the proof itself would mean looking all the time.
            return (proof, before < proof - Again ? before : proof - Again);
        }
    }
}

using SigningAuthority.Issuance.Configuration;

namespace SigningAuthority.Signer.Replay;

/// <summary>Where the outcome goes while it is found: nothing is collected.</summary>
internal abstract class ReplayReport
{
    public const string Limits =
        "Facts are those of today: registered names, keys in use, authorities whose ceremony has been held. Requests that were refused at the front door are not among these: it keeps no CSR of them.";

    public abstract void Begin(AuthorityConfiguration running, AuthorityConfiguration proposed);

    public abstract void Add(Difference difference);

    public abstract void End(ReplayTotals totals);
}

using SigningAuthority.Api.Access;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Storage.Limits;

namespace SigningAuthority.Api.Limits;

/// <summary>The policy's limits, as they apply to a caller. Immutable.</summary>
internal sealed class KeptLimits(AuthorityConfiguration configuration)
{
    private readonly Dictionary<string, LimitSettings> _byName = configuration.Policy.Limits.ToDictionary(limit => limit.Name);

    /// <summary>Of each call: by the token, so that one that runs wild leaves its tenant's others their share.</summary>
    public IEnumerable<Allowance> OfCall(Caller caller) =>
        Of(caller, caller.Role == AccessPolicies.Provider ? LimitNames.RequestsPerMinute : LimitNames.StaffRequestsPerMinute);

    /// <summary>Empty where the policy has no such limit.</summary>
    public IEnumerable<Allowance> Of(Caller caller, string name)
    {
        if (!_byName.TryGetValue(name, out var limit))
            yield break;
        Guid? tenant = caller.Role == AccessPolicies.Provider ? caller.Id : null;
        // A caller without tenant is its token.
        var holder = limit.Per == LimitScope.Tenant ? caller.Id : caller.TokenId ?? caller.Id;
        yield return new Allowance(holder, limit.Name, tenant, limit.Seconds, limit.Most);
    }

    public TenantQuotas QuotasOf(Caller caller) =>
        new(
            caller.Id,
            Of(caller, LimitNames.UnfinishedRequests).FirstOrDefault(),
            Of(caller, LimitNames.CertificatesPerDay).FirstOrDefault()
        );
}

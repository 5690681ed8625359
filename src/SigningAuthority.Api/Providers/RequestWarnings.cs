using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.Names;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Api.Providers;

/// <summary>What a provider should know of its request although nothing is refused for it.</summary>
/// <param name="Code">Stable, kebab-case.</param>
internal sealed record RequestWarning(string Code, string Message, string Expected, string Actual);

/// <summary>Gathers the warnings of a request.</summary>
internal sealed class RequestWarnings(AddressLookups lookups, SigningRequestQueries queries, AuthorityConfiguration configuration)
{
    /// <returns>Null when there are none (yet): names are looked up a moment after the submission.</returns>
    public async Task<IReadOnlyList<RequestWarning>?> FindAsync(SigningRequestRecord request, CancellationToken cancellation)
    {
        var warnings = new List<RequestWarning>();
        if (await lookups.FindAsync(request.Id, cancellation) is { Code: not null } lookup)
            warnings.Add(OfAddresses(lookup));
        if (await FindEarlyAsync(request, cancellation) is { } early)
            warnings.Add(early);
        return warnings.Count > 0 ? warnings : null;
    }

    private async Task<RequestWarning?> FindEarlyAsync(SigningRequestRecord request, CancellationToken cancellation)
    {
        var window = configuration.Policy.ProvisioningServer.Renewal.WindowDays;
        if (
            request is not { Succession: SuccessionKind.Renewal, Succeeds: { } id, ProviderId: { } provider }
            || await queries.FindOfProviderAsync(provider, new SigningRequestId(id), cancellation)
                is not { Certificates.Count: > 0 } renewed
        )
            return null;

        var left = renewed.Certificates.Min(certificate => certificate.NotAfter) - request.SubmittedAt;
        return left <= TimeSpan.FromDays(window)
            ? null
            : new RequestWarning(
                "renewal-early",
                "The certificates that are renewed last for long; the new ones do not begin where those end.",
                $"at most {window} days before their end",
                $"{(int)left.TotalDays} days"
            );
    }

    /// <summary>Firmware resolves the name (A records only) and compares with the address it is connected to.</summary>
    private static RequestWarning OfAddresses(AddressLookup lookup) =>
        new(
            lookup.Code!,
            lookup.Code switch
            {
                "address-not-found" => $"{lookup.Fqdn} has no A record: phones won't find the server.",
                "address-mismatch" =>
                    $"The A records of {lookup.Fqdn} are not the addresses you gave: phones compare the two. Behind NAT or split DNS this may be as it should be.",
                "address-not-ipv4" => "The addresses you gave are IPv6: phones ask for A records only.",
                _ => $"The addresses of {lookup.Fqdn} could not be looked up.",
            },
            lookup.Expected.Length == 0 ? "an A record" : string.Join(", ", lookup.Expected),
            lookup.Found.Length == 0 ? "none" : string.Join(", ", lookup.Found)
        );
}

using SigningAuthority.Storage.Names;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Api.Providers;

/// <summary>What a provider should know of its request although nothing is refused for it.</summary>
/// <param name="Code">Stable, kebab-case.</param>
internal sealed record RequestWarning(string Code, string Message, string Expected, string Actual);

/// <summary>Gathers the warnings of a request.</summary>
internal sealed class RequestWarnings(AddressLookups lookups)
{
    /// <returns>Null when there are none (yet): names are looked up a moment after the submission.</returns>
    public async Task<IReadOnlyList<RequestWarning>?> FindAsync(SigningRequestRecord request, CancellationToken cancellation)
    {
        IReadOnlyList<RequestWarning> warnings = await lookups.FindAsync(request.Id, cancellation) is { Code: not null } lookup
            ? [OfAddresses(lookup)]
            : [];
        return warnings.Count > 0 ? warnings : null;
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

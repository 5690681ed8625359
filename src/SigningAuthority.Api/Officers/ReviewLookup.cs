using SigningAuthority.Storage.Names;

namespace SigningAuthority.Api.Officers;

/// <summary>What DNS answered for a request's name soon after it was submitted.</summary>
/// <param name="Expected">Addresses that the provider gave; empty where it gave none.</param>
/// <param name="Found">The name's A records.</param>
/// <param name="Code">address-not-found, address-mismatch, address-not-ipv4, address-lookup-failed; absent when all is well.</param>
internal sealed record ReviewLookup(DateTimeOffset At, IReadOnlyList<string> Expected, IReadOnlyList<string> Found, string? Code)
{
    public static ReviewLookup Of(AddressLookup lookup) => new(lookup.LookedUpAt!.Value, lookup.Expected, lookup.Found, lookup.Code);
}

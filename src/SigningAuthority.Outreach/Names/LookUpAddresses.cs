using System.Net;
using System.Net.Sockets;
using SigningAuthority.Outreach.Health;
using SigningAuthority.Outreach.Work;
using SigningAuthority.Resolution;
using SigningAuthority.Storage.Names;

namespace SigningAuthority.Outreach.Names;

/// <summary>
/// Looks up the A records of each requested name, as firmware does before it compares them with the address it is connected to. Nothing is called
/// there, so private addresses are looked up like any other; the outcome warns and never blocks, since NAT, anycast and split DNS are all in use.
/// </summary>
internal sealed class LookUpAddresses(
    AddressLookups lookups,
    Resolver resolver,
    OutreachIdentity identity,
    OutreachMetrics metrics,
    ILogger<LookUpAddresses> logger
) : WorkLoop<AddressLookup>(metrics, logger)
{
    private const int MostKept = 16;

    protected override string Kind => "address-lookup";

    protected override Task<IReadOnlyList<AddressLookup>> ClaimAsync(int limit, CancellationToken cancellation) =>
        lookups.ClaimAsync(identity.Lease, limit, cancellation);

    protected override async Task DoAsync(AddressLookup work, CancellationToken cancellation)
    {
        var (found, code) = await LookUpAsync(work, cancellation);
        await lookups.RecordAsync(identity.Lease, identity.Actor, work, found, code, cancellation);
    }

    private async Task<(IReadOnlyList<string> Found, string? Code)> LookUpAsync(AddressLookup work, CancellationToken cancellation)
    {
        try
        {
            var answer = await resolver.AskAsync(DnsName.Parse(work.Fqdn), DnsRecordType.A, cancellation);
            var found = answer.Addresses.Take(MostKept).Select(address => address.ToString()).ToList();
            return (found, Judge([.. work.Expected.Select(IPAddress.Parse)], answer.Addresses));
        }
        catch (ResolverFailedException)
        {
            return ([], "address-lookup-failed");
        }
    }

    internal static string? Judge(IReadOnlyList<IPAddress> expected, IReadOnlyList<IPAddress> found)
    {
        if (found.Count == 0)
            return "address-not-found";
        if (expected.Count == 0)
            return null;
        var old = expected.Where(address => address.AddressFamily == AddressFamily.InterNetwork).ToHashSet();
        if (old.Count == 0)
            return "address-not-ipv4";
        return old.SetEquals(found) ? null : "address-mismatch";
    }
}

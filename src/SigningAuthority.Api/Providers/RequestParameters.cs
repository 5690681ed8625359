using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Primitives;
using SigningAuthority.Api.Requests;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Api.Providers;

/// <summary>What a provider asks beside its CSR, whether it stands in the query string, in JSON or in a form.</summary>
/// <param name="DryRun">Decide and say so; queue nothing.</param>
/// <param name="Addresses">Addresses that the server has, as .NET spells them.</param>
/// <param name="Succession">The request whose certificates these follow.</param>
internal sealed record RequestParameters(bool DryRun, IReadOnlyList<string> Addresses, Succession? Succession)
{
    private const int MostAddresses = 16;

    /// <summary>What the query string of a submission may hold.</summary>
    public static readonly IReadOnlyList<string> Known = ["device", "dryRun", "address", "renews", "replaces"];

    public static RequestParameters None { get; } = new(false, [], null);

    /// <param name="dryRun">"true" or "false"; none for false.</param>
    /// <param name="addresses">IPv4 or IPv6.</param>
    /// <param name="renews">A request's id.</param>
    /// <param name="replaces">A request's id; not beside <paramref name="renews"/>.</param>
    /// <returns>The parameters, and everything that is wrong with them.</returns>
    public static (RequestParameters Parameters, IReadOnlyList<Violation> Violations) Read(
        StringValues dryRun,
        StringValues addresses,
        StringValues renews,
        StringValues replaces
    )
    {
        var violations = new List<Violation>();
        var isDry = ReadFlag(dryRun, violations);
        var read = ReadAddresses([.. addresses.OfType<string>()], violations);
        var succession = ReadSuccession(renews, replaces, violations);
        return (new RequestParameters(isDry, read, succession), violations);
    }

    private static bool ReadFlag(StringValues values, List<Violation> violations)
    {
        if (values.Count == 0)
            return false;
        if (values is [{ } text] && bool.TryParse(text, out var flag))
            return flag;
        violations.Add(Broken("dryRun", "true or false", values.ToString()));
        return false;
    }

    private static IReadOnlyList<string> ReadAddresses(IReadOnlyList<string> texts, List<Violation> violations)
    {
        if (texts.Count > MostAddresses)
            violations.Add(Broken("address", $"at most {MostAddresses} addresses", $"{texts.Count}"));
        var read = new List<string>();
        foreach (var (text, index) in texts.Take(MostAddresses).Select((text, index) => (text, index)))
        {
            // "1" and "0x7f.1" are addresses to a C library and mistakes to a person.
            var isAddress =
                IPAddress.TryParse(text, out var address)
                && address.ScopeIdOrZero() == 0
                && (address.AddressFamily == AddressFamily.InterNetworkV6 || address.ToString() == text);
            if (isAddress)
                read.Add(address!.ToString());
            else
                violations.Add(Broken($"address[{index}]", "an IPv4 or IPv6 address, such as 192.0.2.7", text));
        }

        return [.. read.Distinct()];
    }

    private static Succession? ReadSuccession(StringValues renews, StringValues replaces, List<Violation> violations)
    {
        if (renews.Count + replaces.Count > 1)
        {
            violations.Add(Broken("renews", "one of renews and replaces, once", $"{renews.Count + replaces.Count} of them"));
            return null;
        }

        var (field, kind, values) =
            replaces.Count > 0 ? ("replaces", SuccessionKind.Replacement, replaces) : ("renews", SuccessionKind.Renewal, renews);
        if (values.Count == 0)
            return null;
        if (SigningRequestId.TryParse(values.ToString(), out var predecessor))
            return new Succession(predecessor, kind);
        violations.Add(Broken(field, "a request's id", values.ToString()));
        return null;
    }

    private static Violation Broken(string field, string expected, string actual) =>
        EnvelopeRules.QueryValue.BrokenBy(field, expected, actual, $"The value of \"{field}\" can't be used.", $"send {expected}");
}

file static class Scopes
{
    public static long ScopeIdOrZero(this IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? address.ScopeId : 0;
}

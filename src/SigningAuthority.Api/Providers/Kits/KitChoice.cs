using SigningAuthority.Api.Requests;

namespace SigningAuthority.Api.Providers.Kits;

/// <summary>What a kit's configurations shall serve: which generations, and where.</summary>
/// <param name="Listen">For the generations in their order; those beyond the last get the ports that follow it.</param>
/// <param name="Generations">Empty for all that the request has.</param>
internal sealed record KitChoice(IReadOnlyList<ListenAddress> Listen, IReadOnlyList<string> Generations)
{
    private const string ListenForm = "ADDR:PORT, such as 0.0.0.0:443 or [::]:8443";
    private const int Most = 16;

    /// <summary>What can't be used is said in <paramref name="values"/>.</summary>
    public static KitChoice Read(IQueryCollection query, QueryValues values)
    {
        values.RequireKnown(["listen", "generation"]);
        var listen = new List<ListenAddress>();
        foreach (var text in query["listen"].Take(Most))
        {
            if (ListenAddress.TryParse(text, out var address))
                listen.Add(address);
            else
                values.Add("listen", ListenForm, string.IsNullOrEmpty(text) ? "nothing" : text);
        }

        return new KitChoice(listen, [.. query["generation"].OfType<string>().Distinct(StringComparer.Ordinal).Take(Most)]);
    }

    /// <summary>The servers that were chosen, each at its place.</summary>
    /// <param name="certified">One for each certificate, at any place.</param>
    /// <param name="values">Collects what can't be.</param>
    public IReadOnlyList<KitServer> Apply(IReadOnlyList<KitServer> certified, QueryValues values)
    {
        foreach (var unknown in Generations.Except(certified.Select(server => server.Generation)))
            values.Add("generation", "one of " + string.Join(", ", certified.Select(server => server.Generation)), unknown);

        var chosen =
            Generations.Count == 0 ? certified : [.. Generations.SelectMany(id => certified.Where(server => server.Generation == id))];
        if (Listen.Count > Math.Max(1, chosen.Count))
            values.Add("listen", $"at most one for each of {chosen.Count} generations", $"{Listen.Count}");

        var configured = chosen.Select((server, place) => server with { Listen = PlaceOf(place, values) }).ToList();
        if (configured.DistinctBy(server => server.Listen).Count() < configured.Count)
            values.Add("listen", "an address or a port of its own for each generation", "the same twice");
        return configured;
    }

    private ListenAddress PlaceOf(int place, QueryValues values)
    {
        if (place < Listen.Count)
            return Listen[place];
        var (last, beyond) = Listen.Count == 0 ? (ListenAddress.Default, place) : (Listen[^1], place - Listen.Count + 1);
        if (last.After(beyond) is { } follows)
            return follows;
        values.Add("listen", "a port with room for one of each further generation after it", last.ToString());
        return last;
    }
}

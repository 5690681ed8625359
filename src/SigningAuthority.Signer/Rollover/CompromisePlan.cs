using Npgsql;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Signer.Operators;
using SigningAuthority.Storage.Rollover;

namespace SigningAuthority.Signer.Rollover;

/// <summary>What would have to be done if an authority's key were lost: these certificates, by that generation.</summary>
/// <param name="Certificates">Neither ended nor revoked nor on hold.</param>
/// <param name="Signed">How many of them the generation has signed anew already.</param>
/// <param name="Waiting">How many of them are in its queue.</param>
/// <param name="ByOwner">By production order or provider, and by month of issuance.</param>
/// <param name="NotReady">What keeps the generation from signing at this moment.</param>
/// <param name="FastestSecond">Certificates that were issued in the best second on record; null where there is none.</param>
internal sealed record CompromisePlan(
    string Authority,
    string Generation,
    long Certificates,
    long Signed,
    long Waiting,
    IReadOnlyList<CertificatesOfMonth> ByOwner,
    IReadOnlyList<Violation> NotReady,
    long? FastestSecond
)
{
    public long Left => Certificates - Signed;

    /// <exception cref="OperatorException">The generation does not come after the authority.</exception>
    public static async Task<CompromisePlan> MakeAsync(
        NpgsqlDataSource database,
        AuthorityConfiguration configuration,
        string authority,
        string generation,
        CancellationToken cancellation
    )
    {
        var next = RequireLater(configuration, authority, generation);
        var certificates = new ResignableCertificates(database);
        var (live, signed, waiting) = await certificates.CountAsync(authority, generation, cancellation);
        return new CompromisePlan(
            authority,
            generation,
            live,
            signed,
            waiting,
            await certificates.CountByMonthAsync(authority, cancellation),
            new IssuancePolicy(configuration).Judge(next, await AvailableNow.ReadAsync(database, configuration, cancellation)),
            await certificates.FindFastestSecondAsync(cancellation)
        );
    }

    private static AuthorityDefinition RequireLater(AuthorityConfiguration configuration, string authority, string generation)
    {
        if (configuration.FindAuthority(authority) is not { Purpose: AuthorityPurpose.ClientRoot })
            throw new OperatorException(
                $"'{authority}' is no client root: {string.Join(", ", configuration.ClientRoots.Select(root => root.Id))}. "
                    + "Servers' certificates are bound to the roots in the phones' firmware: their providers renew them."
            );
        return configuration.Generations.From(authority).Skip(1).FirstOrDefault(later => later.Id == generation)
            ?? throw new OperatorException(
                $"'{generation}' does not succeed '{authority}'; what does: "
                    + string.Join(
                        ", ",
                        configuration.Generations.From(authority).Skip(1).Select(later => later.Id).DefaultIfEmpty("nothing")
                    )
            );
    }

    /// <param name="output">Where to.</param>
    /// <param name="perSecond">Certificates a second, and where the figure is from; null for the best second on record.</param>
    public void Print(TextWriter output, (double PerSecond, string Source)? rate = null)
    {
        output.WriteLine($"If the key of {Authority} were lost: {Certificates:N0} certificates to be signed anew by {Generation}");
        if (Signed + Waiting > 0)
            output.WriteLine($"  done already       {Signed:N0}, in the queue {Waiting:N0}, left {Left - Waiting:N0}");
        foreach (var owner in ByOwner.GroupBy(count => count.Owner))
        {
            output.WriteLine($"  {owner.Key, -18} {owner.Sum(count => count.Certificates):N0}");
            foreach (var month in owner)
                output.WriteLine($"    {month.Month:yyyy-MM}          {month.Certificates:N0}");
        }

        foreach (var violation in NotReady)
            output.WriteLine($"  not ready          {violation.Code}: {violation.Message} {violation.Fix}");
        output.WriteLine(
            RateOf(rate) is { } known
                ? $"  time               {HoursAt(known.PerSecond):0.00} hours at {known.PerSecond:N0} certificates a second ({known.Source})"
                : "  time               not known: nothing was issued yet. Rehearse it on a copy, or give --rate"
        );
    }

    public (double PerSecond, string Source)? RateOf((double PerSecond, string Source)? rate) =>
        rate ?? (FastestSecond is { } fastest and > 0 ? (fastest, "the best second on record") : null);

    public double HoursAt(double perSecond) => Left / perSecond / 3600;
}

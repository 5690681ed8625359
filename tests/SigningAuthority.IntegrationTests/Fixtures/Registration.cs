using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.Access;
using Tenants = SigningAuthority.Storage.Access.Providers;

namespace SigningAuthority.IntegrationTests.Fixtures;

/// <summary>
/// Tenants, their names and everybody's tokens. The first of each kind is made by the operator's command, the others by what the
/// command calls: a process for each would be most of a run's time.
/// </summary>
internal sealed class Registration(RunningAuthority authority)
{
    private const string Actor = "operator/operator-at-test";

    private readonly Npgsql.NpgsqlDataSource _operator = authority.Postgres.Connect("sa_operator", authority.Database);

    public async Task<(string Telco, string OtherTelco, string Auditor, string Operator)> RunAsync()
    {
        await authority.OperatorAsync("provider", "add", RunningAuthority.Telco);
        await authority.OperatorAsync("name", "add", RunningAuthority.Telco, RunningAuthority.TelcoNames[0]);
        var telcoToken = await authority.CreateTokenAsync("provider", "telco-noc", RunningAuthority.Telco);

        var providers = new Tenants(_operator);
        var telco =
            await providers.FindAsync(RunningAuthority.Telco) ?? throw new InvalidOperationException("The command added no provider.");
        var other = await providers.AddAsync(RunningAuthority.OtherTelco, Actor);
        await AddNamesAsync(providers, telco, RunningAuthority.TelcoNames[1..]);
        await AddNamesAsync(providers, other, RunningAuthority.OtherTelcoNames);
        return (
            telcoToken,
            await CreateAsync(TokenRole.Provider, other, "other-noc"),
            await CreateAsync(TokenRole.Auditor, null, "audit"),
            await CreateAsync(TokenRole.Operator, null, "desk")
        );
    }

    private static async Task AddNamesAsync(Tenants providers, Provider provider, IEnumerable<string> names)
    {
        foreach (var name in names)
            await providers.AddNameAsync(provider, Fqdn.Parse(name), includeSubdomains: true, Actor);
    }

    private async Task<string> CreateAsync(TokenRole role, Provider? provider, string label) =>
        (await new Tokens(_operator).CreateAsync(role, provider, label, TimeSpan.FromDays(30), Actor)).Token;
}

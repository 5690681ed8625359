using System.Security.Cryptography;
using SigningAuthority.Issuance.Approvals;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.Access;
using Registered = SigningAuthority.Storage.Access.Officers;
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

    public async Task<(string Telco, string OtherTelco, string Auditor, string Operator, string Officer)> RunAsync()
    {
        await authority.OperatorAsync("provider", "add", RunningAuthority.Telco);
        await authority.OperatorAsync("name", "add", RunningAuthority.Telco, RunningAuthority.TelcoNames[0]);
        var telcoToken = await authority.CreateTokenAsync("provider", "telco-noc", RunningAuthority.Telco);

        await authority.OperatorAsync(
            "order",
            "create",
            RunningAuthority.StandingOrder,
            "--product",
            "*",
            "--mac",
            "*",
            "--serial",
            "*",
            "--station",
            "*",
            "--quantity",
            "16000000"
        );

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
            await CreateAsync(TokenRole.Operator, null, "desk"),
            await RegisterOfficerAsync()
        );
    }

    /// <summary>An officer for those tests that only look at doors; her key is thrown away.</summary>
    private async Task<string> RegisterOfficerAsync()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var name = OfficerName.Parse("desk-officer");
        var publicKey = OfficerKey.TryRead(key.ExportSubjectPublicKeyInfo(), out var read) ? read : throw new InvalidOperationException();
        var officer = await new Registered(_operator).AddAsync(name, publicKey, Actor);
        var bearer = new TokenBearer(name, officer.Id);
        return (await new Tokens(_operator).CreateAsync(TokenRole.Officer, null, bearer, "desk", TimeSpan.FromDays(30), Actor)).Token;
    }

    private static async Task AddNamesAsync(Tenants providers, Provider provider, IEnumerable<string> names)
    {
        foreach (var name in names)
            await providers.AddNameAsync(provider, Fqdn.Parse(name), includeSubdomains: true, Actor);
    }

    private async Task<string> CreateAsync(TokenRole role, Provider? provider, string label) =>
        (await new Tokens(_operator).CreateAsync(role, provider, label, TimeSpan.FromDays(30), Actor)).Token;
}

using System.Net;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Storage;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.IssuanceLog.Entries;
using Xunit;

namespace SigningAuthority.IntegrationTests.Officers;

/// <summary>64 people at once, of two minds and with a provider that changes its own: one outcome, and the log tells it.</summary>
[Collection(ProviderFlows.Name)]
public sealed class SettlementTests(RunningAuthority authority) : IClassFixture<SoundLog>
{
    private const int Rounds = 6;

    private static readonly string[] Settling = [RequestRefused.TypeName, RequestWithdrawn.TypeName, CertificateIssued.TypeName];

    private Npgsql.NpgsqlDataSource Everything => authority.Postgres.Connect(PostgresCluster.Superuser, authority.Database);

    [Fact]
    public async Task Sixty_four_approvals_refusals_and_withdrawals_at_once_settle_on_one_outcome_and_at_most_one_certificate()
    {
        var tenant = await ApprovedTenant.CreateAsync(authority, ApprovalMode.TwoOfficers);
        var officers = await Task.WhenAll(Enumerable.Range(0, 48).Select(_ => Officer.RegisterAsync(authority)));
        var outcomes = new List<string>();
        for (var round = 0; round < Rounds; round++)
        {
            var id = await tenant.SubmitAsync();
            var acts = Mix(round, officers, tenant, id, await PrepareAsync(officers, id));
            var answers = await Task.WhenAll(acts.Select(act => Task.Run(act)));
            outcomes.Add(await RequireOneOutcomeAsync(tenant, id, answers));
        }

        Assert.All(outcomes, outcome => Assert.Contains(outcome, (string[])["Issued", "Refused", "Withdrawn"]));
    }

    // Signed beforehand, so that the acts themselves come at once.
    private static async Task<Dictionary<Officer, (string Approve, string Refuse)>> PrepareAsync(Officer[] officers, string id)
    {
        var pages = await Task.WhenAll(officers.Select(officer => officer.ShowAsync(id)));
        return officers
            .Zip(pages)
            .ToDictionary(
                pair => pair.First,
                pair =>
                {
                    var statement = pair.Second.Json.GetProperty("statement");
                    return (
                        Officer.Fill(statement.GetProperty("approve").GetString()!, "one of many"),
                        Officer.Fill(statement.GetProperty("refuse").GetString()!, "one of many")
                    );
                }
            );
    }

    /// <summary>16 withdrawals among 48 decisions; how many refuse, and who comes first, differs from round to round.</summary>
    private static IReadOnlyList<Func<Task<Answer>>> Mix(
        int round,
        Officer[] officers,
        ApprovedTenant tenant,
        string id,
        Dictionary<Officer, (string Approve, string Refuse)> statements
    )
    {
        var refusing = (round % 3) switch
        {
            0 => 0,
            1 => 24,
            _ => 4,
        };
        var decisions = officers
            .Select(
                Func<Task<Answer>> (officer, place) =>
                    () => officer.SendAsync(id, place < refusing ? statements[officer].Refuse : statements[officer].Approve)
            )
            .ToArray();
        Func<Task<Answer>>[] withdrawals = [.. Enumerable.Repeat<Func<Task<Answer>>>(() => tenant.WithdrawAsync(id), 16)];
        var random = new Random(round);
        random.Shuffle(decisions);
        // In each third round the withdrawals come last: else two approvals would seldom be quicker.
        Func<Task<Answer>>[] acts = [.. decisions, .. withdrawals];
        if (round % 3 != 0)
            random.Shuffle(acts);
        return acts;
    }

    private async Task<string> RequireOneOutcomeAsync(ApprovedTenant tenant, string id, Answer[] answers)
    {
        Assert.All(answers, answer => Assert.True(answer.Status is HttpStatusCode.OK or HttpStatusCode.Conflict, answer.ToString()));
        string state = "";
        await Eventually.TrueAsync(
            async () => (state = (await tenant.ShowAsync(id)).Member("status")) is "Issued" or "Refused" or "Withdrawn",
            "the request is settled"
        );

        var entries = await tenant.EntriesAsync(id);
        var settling = Assert.Single(entries, entry => Settling.Contains(entry.Type)).Type;
        Assert.Equal(
            state switch
            {
                "Issued" => CertificateIssued.TypeName,
                "Refused" => RequestRefused.TypeName,
                _ => RequestWithdrawn.TypeName,
            },
            settling
        );
        var certificates = await Everything.ScalarAsync<long>($"select count(*) from sa.certificate where request_id = '{id}'");
        var intents = await Everything.ScalarAsync<long>($"select count(*) from sa.intent where request_id = '{id}'");
        Assert.Equal(state == "Issued" ? (1, 1) : (0, 0), (certificates, intents));

        // Every decision that was taken is a row and an entry, and none else is.
        var taken = answers.Count(answer => answer.Status == HttpStatusCode.OK && answer.Json.TryGetProperty("decisions", out _));
        var approved = entries.Count(entry => entry.Type == RequestApproved.TypeName);
        var refused = entries.Count(entry => entry.Type == RequestRefused.TypeName);
        Assert.Equal(taken, approved + refused);
        Assert.Equal(taken, await Everything.ScalarAsync<long>($"select count(*) from sa.approval where request_id = '{id}'"));
        Assert.InRange(approved, state == "Issued" ? 2 : 0, 2);
        var withdrawn = answers.Count(answer => answer.Status == HttpStatusCode.OK && !answer.Json.TryGetProperty("decisions", out _));
        Assert.Equal(state == "Withdrawn" ? 16 : 0, withdrawn);
        return state;
    }
}

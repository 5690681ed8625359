using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Officers;
using SigningAuthority.IntegrationTests.Stations;
using SigningAuthority.IntegrationTests.Storage;
using SigningAuthority.Issuance.Approvals;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Revocations;
using SigningAuthority.Storage.Revocations;
using Xunit;

namespace SigningAuthority.IntegrationTests.Revocations;

/// <summary>Many at once: an operator names them, two officers sign the digest over that very set.</summary>
[Collection(FactoryFlows.Name)]
public sealed class RecallTests(RunningAuthority authority) : IClassFixture<SoundLog>
{
    private readonly RevocationDesk _desk = new(authority);

    [Fact]
    public async Task A_recall_takes_effect_when_two_different_officers_have_signed_the_set()
    {
        var (order, units) = await DrawAsync(3);
        var (alice, bob) = (
            await OfficerAtTerminal.RegisterAsync(authority, "alice"),
            await OfficerAtTerminal.RegisterAsync(authority, "bob")
        );
        string[] chosen = ["--order", order, "--reason", "superseded", "--note", "wrong key pool"];
        var listed = await authority.OperatorAsync(["revocation", "recall", .. chosen, "--dry-run"]);
        Assert.Equal(3, listed.Trim().Split('\n').Length);

        var id = (await authority.OperatorAsync(["revocation", "recall", .. chosen])).Trim();
        (await ApproveAsync(alice, id)).MustSucceed();
        var again = await ApproveAsync(alice, id);
        Assert.NotEqual(0, again.ExitCode);
        foreach (var unit in units)
            Assert.Null(await _desk.StateAsync(unit));
        (await ApproveAsync(bob, id)).MustSucceed();

        await AwaitStateAsync(id, "Effective");
        foreach (var unit in units)
        {
            Assert.Equal((int)RevocationReason.Superseded, await _desk.StateAsync(unit));
            var entry = Assert.Single(await _desk.EntriesAsync(unit, "certificate.revoked"));
            Assert.Equal(id, entry.GetProperty("recallId").GetString());
        }

        var shown = await authority.OperatorAsync("revocation", "show", "--recall", id);
        Assert.Contains("2 of 2 officers have approved", shown);
        Assert.Contains(id, (await bob.RunAsync("recalls")).MustSucceed().Output);
    }

    [Fact]
    public async Task One_officers_refusal_ends_a_recall()
    {
        var (order, units) = await DrawAsync(1);
        var (alice, bob) = (
            await OfficerAtTerminal.RegisterAsync(authority, "alice"),
            await OfficerAtTerminal.RegisterAsync(authority, "bob")
        );
        var id = (await authority.OperatorAsync("revocation", "recall", "--order", order, "--reason", "superseded")).Trim();
        (await alice.RunAsync("refuse-recall", id, "--reason", "the wrong order", "--key", alice.KeyFile)).MustSucceed();

        await AwaitStateAsync(id, "Refused");
        Assert.NotEqual(0, (await ApproveAsync(bob, id)).ExitCode);
        Assert.Null(await _desk.StateAsync(units[0]));
    }

    [Fact]
    public async Task A_set_that_grew_after_the_officers_signed_takes_no_effect()
    {
        var (order, units) = await DrawAsync(1);
        var victim = await _desk.CertifyAsync();
        var (alice, bob) = (await Officer.RegisterAsync(authority), await Officer.RegisterAsync(authority));
        var recall = await FindAsync(
            (await authority.OperatorAsync("revocation", "recall", "--order", order, "--reason", "superseded")).Trim()
        );
        await SignAsync(recall, alice);
        await authority
            .Postgres.Connect("sa_operator", authority.Database)
            .ExecuteAsync(
                $"insert into sa.recall_member (recall_id, authority, serial_number, request_id) values ('{recall.Id}', 'client', '\\x{victim.SerialNumber}', '{victim.RequestId}')"
            );
        await SignAsync(recall, bob);

        await AwaitStateAsync(recall.Id.ToString(), "Refused");
        Assert.Contains("recall-other-set", await authority.OperatorAsync("revocation", "show", "--recall", recall.Id.ToString()));
        Assert.Null(await _desk.StateAsync(victim));
        Assert.Null(await _desk.StateAsync(units[0]));
    }

    [Fact]
    public async Task Approvals_that_the_door_makes_up_or_carries_over_from_another_recall_are_none()
    {
        var (order, units) = await DrawAsync(1);
        var (alice, bob, carol) = (
            await Officer.RegisterAsync(authority),
            await Officer.RegisterAsync(authority),
            await Officer.RegisterAsync(authority)
        );
        string[] chosen = ["revocation", "recall", "--order", order, "--reason", "superseded"];
        var (meant, other) = (
            await FindAsync((await authority.OperatorAsync(chosen)).Trim()),
            await FindAsync((await authority.OperatorAsync(chosen)).Trim())
        );
        // One true approval; one of the other recall, carried over; one by a key that is nobody's; one turned from a refusal.
        await SignAsync(meant, alice);
        await SignAsync(meant, bob, about: other.Subject);
        await SignAsync(meant, carol, signedAs: OfficerVerdict.Refuse);

        // The key room looks at it more than once meanwhile.
        await SignAsync(other, alice);
        await SignAsync(other, carol);
        await AwaitStateAsync(other.Id.ToString(), "Effective");

        Assert.Equal("AwaitingApproval", await StateOfAsync(meant.Id.ToString()));
        Assert.Equal((int)RevocationReason.Superseded, await _desk.StateAsync(units[0]));
        Assert.Contains("1 of 2", await authority.OperatorAsync("revocation", "show", "--recall", meant.Id.ToString()));
    }

    [Fact]
    public async Task More_than_an_operator_may_take_alone_is_refused_by_the_command_and_not_asked_for()
    {
        var (order, units) = await DrawAsync(2);
        var configuration = Path.Combine(authority.Scratch, "one-alone");
        CaConfigCopy.Write(configuration, ("policies/policy.json", policy => policy["revocation"]!["mostAlone"] = 1));

        var result = await ExternalProgram.RunAsync(
            BuiltProgram.Dotnet,
            [BuiltProgram.Signer, "operator", "revocation", "add", "--order", order, "--reason", "superseded"],
            authority.SignerEnvironment("sa_operator").And("CaConfig__Folder", configuration),
            folder: authority.Folder
        );

        Assert.True(result.ExitCode == 1, result.ToString());
        Assert.Contains("2 certificates are of that description, and revocation.mostAlone is 1: two officers decide", result.Error);
        Assert.Contains("operator revocation recall --action revoke", result.Error);
        foreach (var unit in units)
        {
            Assert.Null(await _desk.StateAsync(unit));
            Assert.Empty(await _desk.EntriesAsync(unit, "revocation.requested"));
        }
    }

    private async Task<(string Order, IReadOnlyList<Certified> Units)> DrawAsync(int count)
    {
        var order = await new OrderDesk(authority).MakeAsync(OrderDesk.Wide(count));
        var units = new List<Certified>();
        for (var i = 0; i < count; i++)
            units.Add(await _desk.CertifyAsync(submission: unit => OrderDesk.Draw(unit, order)));
        return (order.Name, units);
    }

    private static Task<ProgramResult> ApproveAsync(OfficerAtTerminal officer, string id) =>
        officer.RunAsync("approve-recall", id, "--reason", "as agreed on the phone", "--key", officer.KeyFile);

    private async Task<Recall> FindAsync(string id) =>
        await new Recalls(_desk.Everything).FindAsync(Guid.Parse(id)) ?? throw new InvalidOperationException(id);

    /// <summary>As the front door would write it.</summary>
    private Task SignAsync(Recall recall, Officer officer, RecallSubject? about = null, OfficerVerdict signedAs = OfficerVerdict.Approve)
    {
        var at = DateTimeOffset.UtcNow;
        at = at.AddTicks(-(at.Ticks % TimeSpan.TicksPerSecond));
        var statement = new RecallStatement(
            about ?? recall.Subject,
            signedAs,
            "as agreed",
            OfficerName.Parse(officer.Name),
            officer.Id,
            at
        );
        return _desk.Door.ExecuteAsync(
            $"insert into sa.recall_approval (recall_id, officer_id, decision, reason, decided_at, signature) values ('{recall.Id}', '{officer.Id}', 'Approve', 'as agreed', '{at:O}', '\\x{Convert.ToHexString(officer.Sign(statement.ToString()))}')"
        );
    }

    private Task<string> StateOfAsync(string id) => _desk.Everything.ScalarAsync<string>($"select state from sa.recall where id = '{id}'");

    private Task AwaitStateAsync(string id, string state) =>
        Eventually.TrueAsync(async () => await StateOfAsync(id) == state, $"the recall is {state}");
}

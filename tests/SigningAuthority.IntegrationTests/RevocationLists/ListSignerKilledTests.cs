using SigningAuthority.IntegrationTests.Faults;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Storage;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.RevocationLists;
using Xunit;

namespace SigningAuthority.IntegrationTests.RevocationLists;

/// <summary>Signers die at each step of making a revocation list, one after the other; the last one finishes what they left.</summary>
public sealed class ListSignerKilledTests(FaultedAuthority authority) : FaultScenario(authority)
{
    private const int KilledBySignal9 = 128 + 9;

    private static readonly string[] Steps = ["ListSpooled", "ListIntended", "ListSigned", "ListIssued"];

    [Fact]
    public async Task After_kills_at_every_step_what_was_intended_is_issued_as_it_stands_and_numbers_only_rise()
    {
        var work = await Authority.SubmitAsync(devices: Steps.Length);
        var issuing = await StartSignerAsync("issuing", nameof(Lane.Device));
        await work.RequireIssuedAsync();
        await issuing.Process.KillAsync();
        var lists = new IssuedRevocationLists(Running.Postgres.Connect("sa_auditor", Running.Database));
        var intended = new Dictionary<long, byte[]>();
        foreach (var step in Steps)
        {
            await RevokeOneAsync();
            var doomed = await StartSignerAsync("doomed", nameof(Lane.Device), untilReady: false, ("Signer__UnsafeKillAt", step));
            Assert.Equal(KilledBySignal9, await doomed.Process.WaitForExitAsync(Eventually.Patience));
            var latest = await lists.LatestAsync("client", 1000);
            foreach (var list in latest)
                intended[list.Id] = list.ToBeSignedSha256;
            if (step == "ListIntended")
                Assert.Contains(latest, list => list.Signature is null);
        }

        await StartSignerAsync("successor", nameof(Lane.Device));
        await Eventually.TrueAsync(
            async () =>
                (await lists.NewestAsync()).Any(list =>
                    list is { Authority: "client", Kind: RevocationListKind.Complete } && list.Entries >= Steps.Length
                ),
            "the successor lists them all"
        );

        var all = (await lists.LatestAsync("client", 1000)).Reverse().ToList();
        Assert.All(all, list => Assert.NotNull(list.Signature));
        foreach (var (id, sha256) in intended)
            Assert.Equal(sha256, all.Single(list => list.Id == id).ToBeSignedSha256);
        foreach (var kind in all.GroupBy(list => list.Kind))
            Assert.Equal(kind.Select(list => list.Number).Distinct().Order(), kind.Select(list => list.Number));
        await Running.VerifyLogAsync();
    }

    private Task RevokeOneAsync() =>
        Running
            .Postgres.Connect("sa_signer", Running.Database)
            .ExecuteAsync(
                """
                insert into sa.revoked (authority, serial_number, request_id, crl_shard, not_after, reason, revoked_at)
                select authority, serial_number, request_id, crl_shard, not_after, 1, date_trunc('second', now()) from sa.intent i
                where authority = 'client' and not exists (select from sa.revoked r where r.authority = i.authority and r.serial_number = i.serial_number)
                    and exists (select from sa.certificate c where c.request_id = i.request_id)
                limit 1
                """
            );
}

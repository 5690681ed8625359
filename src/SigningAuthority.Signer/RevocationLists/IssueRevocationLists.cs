using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Npgsql;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.RevocationLists;
using SigningAuthority.Issuance.RevocationLists.Lint;
using SigningAuthority.Signer.Lanes;
using SigningAuthority.Storage.RevocationLists;

namespace SigningAuthority.Signer.RevocationLists;

/// <summary>
/// The one way a list of revoked certificates comes into being. As with certificates, what is signed was written down first, and what an
/// interrupted run wrote down is signed as it stands.
/// </summary>
internal sealed partial class IssueRevocationLists(
    NpgsqlDataSource database,
    LaneAuthorities authorities,
    SignList sign,
    AuthorityConfiguration configuration,
    SignerSettings signerSettings,
    UnsafeInterruption interruption,
    SignerIdentity identity,
    TimeProvider time,
    ILogger<IssueRevocationLists> logger
)
{
    // What a clock may be ahead.
    private static readonly TimeSpan MostAhead = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan MostWithoutTurn = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan OneSecond = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _withoutTurnSince = new();
    private readonly RevocationListSettings _settings = configuration.Policy.Crl;
    private readonly PublicationAddresses? _addresses = signerSettings.Publication;

    /// <summary>Makes what is due of one authority's lists.</summary>
    /// <param name="authority">With a certificate, and its key here.</param>
    /// <param name="stopping">Abandons a list that is not intended yet.</param>
    /// <returns>Whether there was anything to do.</returns>
    /// <exception cref="Issuance.Keys.KeyStoreException">The token could not sign; what was intended waits.</exception>
    /// <exception cref="UnfitListException">Nothing was signed.</exception>
    public async Task<bool> RunAsync(string authority, CancellationToken stopping)
    {
        // 1. One Signer at a time, so that none builds for nothing.
        await using var turn = await RevocationListTurn.TryTakeAsync(database, authority, stopping);
        if (turn is null)
        {
            TellWithoutTurn(authority);
            return false;
        }

        _withoutTurnSince.TryRemove(authority, out _);

        // 2. What is intended is signed before anything else: its number is used, and its entry is in the log.
        var isBusy = await SignAllAsync(turn, stopping);

        // 3. What is due of complete list and delta: those of one moment have one number. The first has nothing before it that a delta
        //    could lead from; its own comes at once.
        var standing = await turn.LookAsync(stopping);
        for (var isFirst = true; isFirst; isFirst = standing.Delta is null)
        {
            var due = RevocationListSchedule.Find(standing.Complete, standing.Delta, standing.IsAsked, _settings, time.GetUtcNow());
            if (due.IsNone)
                break;
            await IntendAsync(turn, moment => WritePairAsync(moment, authority, due, stopping), stopping);
            isBusy |= await SignAllAsync(turn, stopping);
            await turn.ForgetAsync(0, _settings.KeepLists, stopping);
            standing = await turn.LookAsync(stopping);
        }

        // 4. The lists of the parts that certificates were issued into, one by one.
        foreach (var shard in await FindDueShardsAsync(turn, standing.LastOrdinal, stopping))
        {
            await IntendAsync(turn, moment => WriteShardAsync(moment, authority, shard, stopping), stopping);
            isBusy |= await SignAllAsync(turn, stopping);
            await turn.ForgetAsync(shard.Number, _settings.KeepLists, stopping);
        }

        return isBusy;
    }

    private async Task<IReadOnlyList<RevocationListShard>> FindDueShardsAsync(
        RevocationListTurn turn,
        long lastOrdinal,
        CancellationToken stopping
    )
    {
        // Without an address there is nothing that a certificate could name.
        if (_addresses is { } addresses)
            foreach (var shard in RevocationListSchedule.ShardsToOpen(lastOrdinal, _settings))
                await turn.OpenShardAsync(new RevocationListShard(shard, addresses.Crl(turn.Authority, shard)), stopping);
        return await turn.FindDueShardsAsync(time.GetUtcNow() - _settings.Refresh, stopping);
    }

    /// <summary>One durable transaction: the bytes that are going to be signed, and their entries.</summary>
    private async Task IntendAsync(RevocationListTurn turn, Func<RevocationListMoment, Task> write, CancellationToken stopping)
    {
        await using var moment = await turn.BeginAsync(stopping);
        await write(moment);
        interruption.At(IssuanceStep.ListSpooled);
        await moment.CommitAsync();
        interruption.At(IssuanceStep.ListIntended);
    }

    private async Task WritePairAsync(RevocationListMoment moment, string authority, DueRevocationLists due, CancellationToken stopping)
    {
        var plan = await PlanAsync(moment, 0, stopping);
        var previous = await moment.FindPreviousAsync(RevocationListKind.Complete, 0, stopping);
        if (due.Complete)
            await WriteAsync(
                moment,
                authority,
                RevocationListKind.Complete,
                0,
                plan with
                {
                    FreshestCrl = _addresses?.DeltaCrl(authority),
                },
                moment.ReadCompleteAsync(previous, stopping),
                stopping
            );
        if (due.Delta && previous is not null)
            await WriteAsync(
                moment,
                authority,
                RevocationListKind.Delta,
                0,
                plan with
                {
                    BaseNumber = previous.Number,
                },
                moment.ReadDeltaAsync(previous, stopping),
                stopping
            );
    }

    private async Task WriteShardAsync(RevocationListMoment moment, string authority, RevocationListShard shard, CancellationToken stopping)
    {
        var plan = await PlanAsync(moment, shard.Number, stopping);
        var previous = await moment.FindPreviousAsync(RevocationListKind.Shard, shard.Number, stopping);
        await WriteAsync(
            moment,
            authority,
            RevocationListKind.Shard,
            shard.Number,
            plan with
            {
                DistributionPoint = shard.Address,
            },
            moment.ReadShardAsync(shard.Number, previous, stopping),
            stopping
        );
    }

    private async Task WriteAsync(
        RevocationListMoment moment,
        string authority,
        RevocationListKind kind,
        int shard,
        RevocationListPlan plan,
        IAsyncEnumerable<RevokedRow> rows,
        CancellationToken stopping
    )
    {
        var issuer = authorities.Certificate(authority);
        await using var spooled = await SpooledList.WriteAsync(plan, issuer, rows, stopping);
        var findings = LintRevocationList.Find(spooled.FromBeginning(), plan, issuer, spooled.Content);
        if (findings.Count > 0)
            throw new UnfitListException($"lint of list {plan.Number} of {authority}: " + string.Join("; ", findings));

        var list = new IntendedRevocationList(kind, shard, plan, spooled.Entries, spooled.Sha256, spooled.Octets);
        var entry = ListEntries.Intended(authority, list, identity.Actor, time.GetUtcNow());
        await moment.WriteAsync(list, spooled.FromBeginning(), entry, stopping);
    }

    /// <returns>Whether there were any.</returns>
    private async Task<bool> SignAllAsync(RevocationListTurn turn, CancellationToken stopping)
    {
        var unsigned = await turn.FindUnsignedAsync(stopping);
        foreach (var list in unsigned)
        {
            var signed = await sign.RunAsync(list, stopping);
            interruption.At(IssuanceStep.ListSigned);
            var entry = ListEntries.Issued(list, signed.Sha256, signed.Octets, identity.Actor, time.GetUtcNow());
            await turn.IssueAsync(list, signed.Signature, signed.Sha256, signed.Octets, entry);
            interruption.At(IssuanceStep.ListIssued);
            LogIssued(list.Authority, ListEntries.NameOf(list.Kind), list.Shard, list.Number, list.Entries, signed.Octets);
        }

        return unsigned.Count > 0;
    }

    /// <summary>What the lists of one moment have in common.</summary>
    private async Task<RevocationListPlan> PlanAsync(RevocationListMoment moment, int shard, CancellationToken stopping)
    {
        var (number, before) = await moment.FindNewestAsync(shard, stopping);
        var (now, databaseNow) = await NowAsync(moment, stopping);
        // thisUpdate has whole seconds, and who has a list tells it from the next by it (RFC 9110 §8.8.2).
        if (WholeSecond(now) == before)
        {
            await Task.Delay(before + OneSecond - now, time, stopping);
            (now, databaseNow) = await NowAsync(moment, stopping);
        }

        // A clock that was set back does not make a list older than the one before it, unless that is of a time to come.
        var thisUpdate = before > now && before + OneSecond <= databaseNow + MostAhead ? before + OneSecond : WholeSecond(now);
        // Numbers go by time, so that those of a database that was restored from a backup lie above all that were given since: who has a list
        // of then would else take a new delta for one to it, and what came between for good (RFC 5280 §5.2.4).
        return new RevocationListPlan(Math.Max(number + 1, thisUpdate.ToUnixTimeSeconds()), thisUpdate, thisUpdate + _settings.Life);
    }

    /// <summary>
    /// The earlier of this process's clock and the database's. A list of a time to come is not valid yet for whoever reads it, and nobody
    /// could take it back.
    /// </summary>
    /// <exception cref="UnfitListException">This process's clock is ahead by more than a minute: one of the two is wrong.</exception>
    private async Task<(DateTimeOffset Now, DateTimeOffset Database)> NowAsync(RevocationListMoment moment, CancellationToken stopping)
    {
        var databaseNow = await moment.NowAsync(stopping);
        var own = time.GetUtcNow();
        if (own - databaseNow > MostAhead)
            throw new UnfitListException($"This process's clock says {own:u} and the database's {databaseNow:u}: one of them is wrong.");
        return (own < databaseNow ? own : databaseNow, databaseNow);
    }

    private static DateTimeOffset WholeSecond(DateTimeOffset at) => DateTimeOffset.FromUnixTimeSeconds(at.ToUnixTimeSeconds());

    private void TellWithoutTurn(string authority)
    {
        var now = time.GetUtcNow();
        if (now - _withoutTurnSince.GetOrAdd(authority, now) < MostWithoutTurn)
            return;
        _withoutTurnSince[authority] = now;
        LogWithoutTurn(authority);
    }

    [LoggerMessage(
        LogLevel.Warning,
        "Revocation lists of {Authority}: another Signer has had its turn at each look for a minute. Its log says what it does; nobody but role sa_signer can hold the turn"
    )]
    private partial void LogWithoutTurn(string authority);

    [LoggerMessage(
        LogLevel.Information,
        "Revocation list of {Authority} issued: {Kind} {Shard}, number {Number}, {Entries} entries, {Octets} octets"
    )]
    private partial void LogIssued(string authority, string kind, int shard, long number, long entries, long octets);
}

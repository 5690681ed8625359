using Microsoft.EntityFrameworkCore;
using Npgsql;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.Access;

namespace SigningAuthority.Storage.Names;

/// <summary>
/// The one writer of proofs: role sa_outreach. Each result goes in with its log entry, and only while the lease on its row is still the
/// caller's. Thread-safe.
/// </summary>
public sealed class NameProofs(NpgsqlDataSource dataSource, Guid instance, string actor, TimeProvider? time = null)
{
    /// <summary>Longer than any look takes.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);

    private static readonly ProofSight TakenMeanwhile = new("name-held-by-another", "the name is not available");
    private static readonly ProofSight RegisteredMeanwhile = new("name-registered", "an operator registered the name for you meanwhile");
    private static readonly ProofSight Late = new("challenge-expired", "the challenge had expired before it was looked at");

    private readonly TimeProvider _time = time ?? TimeProvider.System;

    public async Task<IReadOnlyList<ClaimedCheck>> ClaimChecksAsync(int limit, CancellationToken cancellation = default)
    {
        await using var context = AuthorityDbContext.Open(dataSource);
        var checks = await context
            .NameChecks.FromSql(
                $"""
                update sa.name_check c set leased_by = {instance}, lease_until = now() + {Lease}
                from (
                    select id from sa.name_check where finished_at is null and (lease_until is null or lease_until < now())
                    order by asked_at limit {limit} for update skip locked
                ) due
                where c.id = due.id
                returning c.id, c.challenge_id, c.asked_by, c.asked_at, c.finished_at, c.code, c.seen
                """
            )
            .ToListAsync(cancellation);
        var ids = checks.Select(check => check.ChallengeId).ToList();
        var challenges = await context.NameChallenges.Where(c => ids.Contains(c.Id)).ToDictionaryAsync(c => c.Id, cancellation);
        var providers = await ProvidersAsync(context, challenges.Values.Select(c => c.ProviderId), cancellation);
        return
        [
            .. checks.Select(check => new ClaimedCheck(
                check,
                challenges[check.ChallengeId],
                providers[challenges[check.ChallengeId].ProviderId]
            )),
        ];
    }

    /// <summary>
    /// Writes down what a look found; a proof makes the name the provider's, unless another got it first or the challenge is over.
    /// </summary>
    /// <returns>What was written, which is not always what was seen.</returns>
    public async Task<ProofSight> RecordAsync(
        ClaimedCheck claimed,
        ProofSight sight,
        (TimeSpan Proof, TimeSpan RecheckBefore) life,
        CancellationToken cancellation = default
    )
    {
        var now = _time.GetUtcNow();
        await using var context = AuthorityDbContext.Open(dataSource);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellation);
        await NameHolders.LockAsync(context, cancellation);

        // Locked, and read anew: an older claim of this row may have ended it.
        var challenge = await context
            .NameChallenges.FromSql($"select * from sa.name_challenge where id = {claimed.Challenge.Id} for update")
            .SingleAsync(cancellation);
        var entries = new List<LogEntry>();
        if (challenge.State != ChallengeState.Open || challenge.ExpiresAt <= now)
            sight = Late;
        else if (sight.IsProof)
            sight = await MakeProvenAsync(context, claimed, life, entries, now, cancellation);

        var finished = await context.Database.ExecuteSqlAsync(
            $"""
            update sa.name_check set finished_at = now(), code = {sight.Code}, seen = {sight.Seen}, leased_by = null, lease_until = null
            where id = {claimed.Check.Id} and finished_at is null and leased_by = {instance}
            """,
            cancellation
        );
        if (finished == 0)
            return sight; // The lease was another's by now; what this one saw is not written. The transaction is rolled back.

        if (!sight.IsProof)
            entries.Add(Failed(claimed.Challenge, claimed.Provider, sight, now));
        if (challenge.State == ChallengeState.Open)
            await SettleAsync(context, challenge, sight, cancellation);
        await context.CommitAsync(transaction, entries, cancellation);
        return sight;
    }

    /// <summary>Proven names that are due to be looked at again, or whose proof has just aged out.</summary>
    public async Task<IReadOnlyList<ClaimedName>> ClaimNamesAsync(int limit, CancellationToken cancellation = default)
    {
        await using var context = AuthorityDbContext.Open(dataSource);
        var ids = await context
            .Database.SqlQuery<Guid>(
                $"""
                update sa.provider_name n set leased_by = {instance}, lease_until = now() + {Lease}
                from (
                    select id from sa.provider_name
                    where recheck_at <= now() and withdrawn_at is null and lapsed_at is null and (lease_until is null or lease_until < now())
                    order by recheck_at limit {limit} for update skip locked
                ) due
                where n.id = due.id
                returning n.id
                """
            )
            .ToListAsync(cancellation);
        var names = await context.ProviderNames.Where(name => ids.Contains(name.Id)).ToListAsync(cancellation);
        var challengeIds = names.Select(name => name.ChallengeId).OfType<Guid>().ToList();
        var challenges = await context.NameChallenges.Where(c => challengeIds.Contains(c.Id)).ToDictionaryAsync(c => c.Id, cancellation);
        var providers = await ProvidersAsync(context, names.Select(name => name.ProviderId), cancellation);
        return [.. names.Select(name => new ClaimedName(name, challenges[name.ChallengeId!.Value], providers[name.ProviderId]))];
    }

    /// <summary>The proof stands: it holds for another term.</summary>
    public Task RenewAsync(ClaimedName claimed, (TimeSpan Proof, TimeSpan RecheckBefore) life, CancellationToken cancellation = default)
    {
        var now = _time.GetUtcNow();
        var until = now + life.Proof;
        return RecordAsync(
            $"""
            update sa.provider_name set proven_at = {now}, valid_until = {until}, recheck_at = {until
                - life.RecheckBefore}, recheck_seen = null,
                leased_by = null, lease_until = null
            where id = {claimed.Name.Id} and leased_by = {instance} and challenge_id = {claimed.Challenge.Id} and withdrawn_at is null
            """,
            Reproven(claimed.Challenge, claimed.Provider, until, now),
            cancellation
        );
    }

    /// <summary>The proof was not found: the name holds to its end, and is looked at again before.</summary>
    public Task DoubtAsync(ClaimedName claimed, ProofSight sight, TimeSpan again, CancellationToken cancellation = default)
    {
        var now = _time.GetUtcNow();
        var next = now + again < claimed.Name.ValidUntil!.Value ? now + again : claimed.Name.ValidUntil.Value;
        return RecordAsync(
            $"""
            update sa.provider_name set recheck_at = {next}, recheck_seen = {sight.Seen}, leased_by = null, lease_until = null
            where id = {claimed.Name.Id} and leased_by = {instance} and withdrawn_at is null
            """,
            Failed(claimed.Challenge, claimed.Provider, sight, now),
            cancellation
        );
    }

    /// <summary>The proof has aged out.</summary>
    public async Task LapseAsync(ClaimedName claimed, CancellationToken cancellation = default)
    {
        var now = _time.GetUtcNow();
        await using var context = AuthorityDbContext.Open(dataSource);
        var entry = await NameHolders.LapsedAsync(context, claimed.Name, actor, now, cancellation);
        await RecordAsync(
            $"""
            update sa.provider_name set lapsed_at = {now}, leased_by = null, lease_until = null
            where id = {claimed.Name.Id} and leased_by = {instance} and withdrawn_at is null
            """,
            entry,
            cancellation
        );
    }

    private async Task<ProofSight> MakeProvenAsync(
        AuthorityDbContext context,
        ClaimedCheck claimed,
        (TimeSpan Proof, TimeSpan RecheckBefore) life,
        List<LogEntry> entries,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        var (challenge, name) = (claimed.Challenge, Fqdn.Parse(claimed.Challenge.Name));
        var others = await NameHolders.FindOthersAsync(context, challenge.ProviderId, name, challenge.IncludeSubdomains, now, cancellation);
        if (others.Count > 0)
            return TakenMeanwhile;
        entries.AddRange(
            await NameHolders.ReleaseLapsedAsync(context, challenge.ProviderId, name, challenge.IncludeSubdomains, actor, now, cancellation)
        );

        var until = now + life.Proof;
        // The provider's own earlier proof is renewed in its place; what an operator registered stays as it is.
        var again = await context.Database.ExecuteSqlAsync(
            $"""
            update sa.provider_name set include_subdomains = {challenge.IncludeSubdomains}, challenge_id = {challenge.Id}, proven_at = {now},
                valid_until = {until}, recheck_at = {until
                - life.RecheckBefore}, recheck_seen = null, lapsed_at = null, leased_by = null, lease_until = null
            where provider_id = {challenge.ProviderId} and suffix = {challenge.Name} and withdrawn_at is null and challenge_id is not null
            """,
            cancellation
        );
        if (again == 0 && await IsRegisteredAsync(context, challenge, cancellation))
            return RegisteredMeanwhile;
        if (again == 0)
            await context.Database.ExecuteSqlAsync(
                $"""
                insert into sa.provider_name (id, provider_id, suffix, include_subdomains, registered_by, challenge_id, proven_at, valid_until, recheck_at)
                values ({Guid.CreateVersion7(
                    now
                )}, {challenge.ProviderId}, {challenge.Name}, {challenge.IncludeSubdomains}, {challenge.CreatedBy},
                    {challenge.Id}, {now}, {until}, {until - life.RecheckBefore})
                """,
                cancellation
            );
        entries.Add(ProvenEntry(claimed, until, now));
        return new ProofSight(ProofSight.Proven, $"proven until {until:yyyy-MM-dd}");
    }

    private static Task<bool> IsRegisteredAsync(AuthorityDbContext context, NameChallenge challenge, CancellationToken cancellation) =>
        context.ProviderNames.AnyAsync(
            name => name.ProviderId == challenge.ProviderId && name.Suffix == challenge.Name && name.WithdrawnAt == null,
            cancellation
        );

    private static async Task SettleAsync(
        AuthorityDbContext context,
        NameChallenge challenge,
        ProofSight sight,
        CancellationToken cancellation
    )
    {
        // A resolver that does not answer says nothing of the name: such a look is not counted.
        var looks = await context.NameChecks.CountAsync(
            check => check.ChallengeId == challenge.Id && check.Code != ProofSight.ResolverFailed,
            cancellation
        );
        var isOver = sight.IsProof || sight == TakenMeanwhile || sight == RegisteredMeanwhile || looks >= NameChallenge.MostChecks;
        if (isOver)
            await context.Database.ExecuteSqlAsync(
                $"""
                update sa.name_challenge set state = {(
                    sight.IsProof ? ChallengeState.Proven : ChallengeState.Failed
                ).ToString()}, finished_at = now()
                where id = {challenge.Id}
                """,
                cancellation
            );
    }

    private async Task RecordAsync(FormattableString update, LogEntry entry, CancellationToken cancellation)
    {
        await using var context = AuthorityDbContext.Open(dataSource);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellation);
        if (await context.Database.ExecuteSqlAsync(update, cancellation) > 0)
            await context.CommitAsync(transaction, [entry], cancellation);
    }

    private static async Task<Dictionary<Guid, string>> ProvidersAsync(
        AuthorityDbContext context,
        IEnumerable<Guid> ids,
        CancellationToken cancellation
    )
    {
        var wanted = ids.Distinct().ToList();
        return await context.Providers.Where(p => wanted.Contains(p.Id)).ToDictionaryAsync(p => p.Id, p => p.Name, cancellation);
    }

    private NameProven ProvenEntry(ClaimedCheck claimed, DateTimeOffset until, DateTimeOffset now) =>
        new()
        {
            At = now,
            Actor = actor,
            Subject = claimed.Challenge.Name,
            Provider = claimed.Provider,
            Name = claimed.Challenge.Name,
            IncludeSubdomains = claimed.Challenge.IncludeSubdomains,
            Method = claimed.Challenge.MethodName,
            ChallengeId = claimed.Challenge.Id,
            ValidUntil = until,
        };

    private NameReproven Reproven(NameChallenge challenge, string provider, DateTimeOffset until, DateTimeOffset now) =>
        new()
        {
            At = now,
            Actor = actor,
            Subject = challenge.Name,
            Provider = provider,
            Name = challenge.Name,
            Method = challenge.MethodName,
            ChallengeId = challenge.Id,
            ValidUntil = until,
        };

    private NameProofFailed Failed(NameChallenge challenge, string provider, ProofSight sight, DateTimeOffset now) =>
        new()
        {
            At = now,
            Actor = actor,
            Subject = challenge.Name,
            Provider = provider,
            Name = challenge.Name,
            Method = challenge.MethodName,
            ChallengeId = challenge.Id,
            Code = sight.Code,
            Seen = sight.Seen,
        };
}

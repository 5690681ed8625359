using System.Diagnostics;
using Npgsql;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Signer.Operators;
using SigningAuthority.Storage.Rollover;

namespace SigningAuthority.Signer.Rollover;

/// <summary>How far a run has come.</summary>
/// <param name="Issued">In this run.</param>
/// <param name="Refused">In this run; those that failed too.</param>
/// <param name="Open">Asked for, and not signed yet.</param>
internal sealed record ResigningProgress(long Issued, long Refused, long Open, TimeSpan Elapsed)
{
    /// <summary>How often each rule refused.</summary>
    public IReadOnlyDictionary<string, long> Codes { get; init; } = new Dictionary<string, long>();

    public double PerSecond => Elapsed > TimeSpan.Zero ? Issued / Elapsed.TotalSeconds : 0;
}

/// <summary>
/// Has a generation's live device certificates signed anew by a later one: puts requests into the queue, a window of them at a time so that
/// a line's own are not kept waiting, and the Signers do the rest by the one issuance procedure. What is there already is not asked
/// for again, so a run that was broken off, at whatever point, is simply run again.
/// </summary>
internal sealed class ResignCertificates(NpgsqlDataSource database, AuthorityConfiguration configuration, string actor, TimeProvider time)
{
    private const int BatchSize = 1000;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly ResignableCertificates _certificates = new(database);
    private readonly SubmitResigning _submissions = new(database);
    private readonly Dictionary<string, long> _codes = [];

    /// <param name="authority">Whose certificates.</param>
    /// <param name="next">The generation that signs.</param>
    /// <param name="window">So many requests are on their way at most.</param>
    /// <param name="most">So many are asked for at most.</param>
    /// <param name="tell">Told now and then.</param>
    /// <param name="cancellation">Abandoning is safe: run it again.</param>
    /// <exception cref="OperatorException">Nothing was signed for five minutes.</exception>
    public async Task<ResigningProgress> RunAsync(
        string authority,
        string next,
        int window,
        long most,
        Action<ResigningProgress> tell,
        CancellationToken cancellation
    )
    {
        var began = Stopwatch.StartNew();
        var moved = Stopwatch.StartNew();
        var open = new List<(IReadOnlyList<Guid> Requests, long Open)>();
        var (after, asked, issued, refused, formerly, isEnd) = (Guid.Empty, 0L, 0L, 0L, 0L, false);
        while (true)
        {
            // 1. Ask for as many as there is room for.
            while (!isEnd && asked < most && open.Sum(batch => batch.Open) + BatchSize <= Math.Max(window, BatchSize))
            {
                var limit = (int)Math.Min(BatchSize, most - asked);
                var found = await _certificates.NextAsync(authority, next, after, limit, cancellation);
                isEnd = found.Count < limit;
                if (found.Count == 0)
                    break;
                after = found[^1].RequestId;
                var inserted = await _submissions.RunAsync([.. found.Select(one => ToEntry(one, next))], next, actor, cancellation);
                asked += found.Count;
                if (inserted.Count > 0)
                    open.Add((inserted, inserted.Count));
            }

            // 2. An earlier run that was broken off may have left some in the queue: they belong to the whole as well.
            var ofOthers = open.Count == 0 ? await _submissions.CountOpenAsync(next, cancellation) : 0;
            if (open.Count == 0 && ofOthers == 0)
                return Progress();
            if (ofOthers < formerly)
                moved.Restart();
            formerly = ofOthers;

            // 3. See what has become of those that were asked for.
            await Task.Delay(Look, time, cancellation);
            for (var i = open.Count - 1; i >= 0; i--)
            {
                var (ofIssued, ofRefused, ofOpen) = await _submissions.CountAsync(open[i].Requests, cancellation);
                if (ofOpen < open[i].Open)
                    moved.Restart();
                open[i] = open[i] with { Open = ofOpen };
                if (ofOpen > 0)
                    continue;
                issued += ofIssued;
                refused += ofRefused;
                if (ofRefused > 0)
                    await CountCodesAsync(open[i].Requests, cancellation);
                open.RemoveAt(i);
            }

            tell(Progress());
            if (moved.Elapsed > Patience)
                throw new OperatorException(
                    $"Nothing was signed for {Patience.TotalMinutes:0} minutes: is a Signer of lane Device running, and its token there? {open.Sum(batch => batch.Open)} requests stay in the queue; run the command again later."
                );
        }

        ResigningProgress Progress() => new(issued, refused, open.Sum(batch => batch.Open), began.Elapsed) { Codes = _codes };
    }

    private async Task CountCodesAsync(IReadOnlyList<Guid> requests, CancellationToken cancellation)
    {
        foreach (var (code, count) in await _submissions.CountRefusalsAsync(requests, cancellation))
            _codes[code] = _codes.GetValueOrDefault(code) + count;
    }

    private RequestSubmitted ToEntry(ResignableCertificate certificate, string next) =>
        new()
        {
            At = time.GetUtcNow(),
            Actor = actor,
            Subject = certificate.Mac,
            RequestId = SigningRequestId.New(time).Value,
            Mac = certificate.Mac,
            Serial = certificate.Serial,
            Kind = nameof(RequestKind.ResignedDevice),
            CsrSha256 = Convert.ToHexStringLower(certificate.CsrSha256),
            PublicKeySha256 = Convert.ToHexStringLower(certificate.PublicKeySha256),
            Devices = [certificate.Product],
            Generations = [next],
            PolicyVersion = configuration.PolicyVersion,
            PolicyHash = configuration.Hash,
            Succeeds = certificate.RequestId,
            Succession = nameof(SuccessionKind.Renewal),
        };
}

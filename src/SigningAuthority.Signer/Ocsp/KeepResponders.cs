using System.Security.Cryptography;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Keys;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Signer.Keys;
using SigningAuthority.Signer.Lanes;
using SigningAuthority.Storage;
using SigningAuthority.Storage.Ocsp;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Signer.Ocsp;

/// <summary>
/// Keeps a certified responder for each authority of this Signer's lanes, from the first question about one of its certificates on: key in
/// the lane's token, certificate renewed well before its end, a new key when the old one has served its days. By a clock of its own and
/// not by the cluster's timer: each Signer needs a key that is in its own token, and which Signer a timer picks is chance.
/// </summary>
internal sealed partial class KeepResponders(
    OcspResponders responders,
    OcspAtTheKey answers,
    KeptResponders kept,
    PrepareResponder prepare,
    LaneAuthorities authorities,
    AuthorityConfiguration configuration,
    TokenHealth token,
    SignerSettings settings,
    RequestNotifications notifications,
    ILogger<KeepResponders> logger
) : BackgroundService
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan WhileAwaiting = TimeSpan.FromSeconds(1);

    // Other Signers look as often as this one.
    private const int ForgetTimes = 4;

    private readonly Dictionary<string, int> _forgotten = [];
    private volatile bool _isAwaiting;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var wake = new SemaphoreSlim(0, 1);
        kept.Wanted += (_, _) => Wake(wake);
        notifications.Connected += (_, _) => Wake(wake);
        notifications.Finished += (_, _) =>
        {
            if (_isAwaiting)
                Wake(wake);
        };
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await token.WaitUntilOkAsync(stoppingToken);
                await LookAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (KeyStoreException fault)
            {
                LogKeysAway(fault.Message);
                token.Report(fault);
            }
            catch (Exception exception)
            {
                LogFault(exception, DatabaseFaults.IsTransient(exception) ? "the database is away" : "an unexpected fault");
            }

            await wake.WaitAsync(_isAwaiting ? WhileAwaiting : LookAgain, stoppingToken)
                .ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private async Task LookAsync(CancellationToken stopping)
    {
        await authorities.RefreshAsync(stopping);
        var mine = configuration
            .Authorities.Where(authority =>
                settings.Lanes.Contains(authority.Lane)
                && authorities.Available.Has(authority.Id)
                && authorities.HasKey(authority)
                // The next generation has issued nothing that could be asked after, and its key waits for its day.
                && StandingOf(authority) != Standing.Next
            )
            .ToList();
        var known = (await responders.ReadAsync([.. mine.Select(authority => authority.Id)], stopping)).ToLookup(row => row.Authority);
        var served = mine.Where(authority => known.Contains(authority.Id) || kept.IsWanted(authority.Id)).ToList();
        // All that can be found first, and each by itself: what is wrong with one authority is no reason to answer for none.
        var found = new Dictionary<string, Responder>();
        foreach (var authority in served)
            await TryAsync(authority.Id, () => Task.FromResult(Find(authority, known[authority.Id], found)));
        kept.Replace(found.Values);

        var isAwaiting = false;
        foreach (var authority in served)
            await TryAsync(authority.Id, async () => isAwaiting |= await AskAsync(authority, known[authority.Id], stopping));
        _isAwaiting = isAwaiting;
        await ForgetCompromisedAsync(known.SelectMany(rows => rows), stopping);
    }

    private Standing StandingOf(AuthorityDefinition authority)
    {
        var available = authorities.Available;
        return configuration.Generations.StandingOf(authority, available.PublishedAt, available.Now);
    }

    private bool Find(AuthorityDefinition authority, IEnumerable<OcspResponder> rows, Dictionary<string, Responder> found)
    {
        if (Keep(prepare.Find(rows, authorities.Certificate(authority.Id))) is not { } current)
            return false;
        found[authority.Id] = current;
        return true;
    }

    /// <returns>Whether a certificate is under way.</returns>
    private async Task<bool> AskAsync(AuthorityDefinition authority, IEnumerable<OcspResponder> known, CancellationToken stopping)
    {
        var (rows, issuer) = (known.ToList(), authorities.Certificate(authority.Id));
        if (!prepare.IsDue(kept.Current.GetValueOrDefault(authority.Id), issuer, rows))
            return false;
        if (!await responders.RequestAsync(authority.Id, fresh => prepare.Prepare(authority, issuer, fresh), stopping))
            return rows.Any(row => row.IsAsked);
        LogAsked(authority.Id);
        return true;
    }

    /// <summary>What was signed with a key that somebody else has goes, once now and once when no Signer signs with it any more.</summary>
    private async Task ForgetCompromisedAsync(IEnumerable<OcspResponder> rows, CancellationToken stopping)
    {
        foreach (var row in rows.Where(row => row.IsCompromised && _forgotten.GetValueOrDefault(row.KeyLabel) < ForgetTimes))
        {
            await answers.ForgetAsync(row.Authority, SHA256.HashData(row.SubjectPublicKeyInfo), stopping);
            _forgotten[row.KeyLabel] = _forgotten.GetValueOrDefault(row.KeyLabel) + 1;
            LogForgotten(row.Authority, row.KeyLabel);
        }
    }

    /// <exception cref="KeyStoreException">The token is away: that is nobody's trouble alone.</exception>
    private async Task TryAsync(string authority, Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (Exception fault)
            when (fault is not OperationCanceledException and not KeyStoreException { IsTransient: true }
                && !DatabaseFaults.IsTransient(fault)
            )
        {
            LogFaultOf(fault, authority);
        }
    }

    /// <summary>The one that is at work already, where it is the same: its public key is at hand.</summary>
    private Responder? Keep(Responder? found)
    {
        if (
            found is null
            || !kept.Current.TryGetValue(found.Authority, out var former)
            || !former.Certificate.Der.AsSpan().SequenceEqual(found.Certificate.Der)
        )
            return found;
        found.Certificate.Dispose();
        return former;
    }

    private static void Wake(SemaphoreSlim wake)
    {
        try
        {
            wake.Release();
        }
        catch (Exception exception) when (exception is SemaphoreFullException or ObjectDisposedException)
        {
            // It is awake already, or has stopped.
        }
    }

    [LoggerMessage(LogLevel.Information, "A certificate for {Authority}'s OCSP responder was asked for")]
    private partial void LogAsked(string authority);

    [LoggerMessage(LogLevel.Warning, "Answers of {Authority} that were signed with {KeyLabel} are removed: its key is compromised")]
    private partial void LogForgotten(string authority, string keyLabel);

    [LoggerMessage(LogLevel.Error, "{Authority}'s OCSP responder could not be seen to")]
    private partial void LogFaultOf(Exception exception, string authority);

    [LoggerMessage(LogLevel.Warning, "OCSP responders wait for their keys: {Detail}")]
    private partial void LogKeysAway(string detail);

    [LoggerMessage(LogLevel.Error, "OCSP responders: {What}")]
    private partial void LogFault(Exception exception, string what);
}

using System.Collections.Concurrent;
using System.Threading.Channels;
using SigningAuthority.Storage;
using SigningAuthority.Storage.Ocsp;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Api.Publication.Ocsp;

/// <summary>
/// Passes questions to the key room and waits for its answers, those of all callers together: what is asked while a statement is under
/// way goes with the next. Thread-safe.
/// </summary>
internal sealed class AskKeyRoom : BackgroundService
{
    private const int MostAtOnce = 128;

    // More than there are places to wait; they stay here only where the database doesn't answer.
    private const int MostHeld = 2048;

    // An answer whose certificate was revoked meanwhile is asked for again; nobody revokes one twice a second.
    private const int Rounds = 3;

    // Announcements are hints; whoever waits is looked for this often anyway.
    private static readonly TimeSpan LookAnyway = TimeSpan.FromMilliseconds(500);

    private readonly OcspDesk _desk;
    private readonly TimeProvider _time;
    private readonly ILogger<AskKeyRoom> _logger;
    private readonly ConcurrentDictionary<Guid, TaskCompletionSource<OcspAnswer>> _awaited = new();
    private readonly Channel<OcspQuestion> _asked = Channel.CreateBounded<OcspQuestion>(MostHeld);
    private readonly Channel<Guid> _answered = Channel.CreateBounded<Guid>(4 * MostHeld);
    private readonly ConcurrentQueue<Guid> _givenUp = new();

    public AskKeyRoom(RequestNotifications notifications, OcspDesk desk, TimeProvider time, ILogger<AskKeyRoom> logger)
    {
        (_desk, _time, _logger) = (desk, time, logger);
        notifications.OcspAnswered += (_, told) =>
        {
            foreach (var id in told.Questions.Where(_awaited.ContainsKey))
                _answered.Writer.TryWrite(id);
        };
    }

    /// <summary>Callers that wait now.</summary>
    public int Waiting => _awaited.Count;

    /// <returns>Null when there was none in time.</returns>
    /// <exception cref="Exception">The database's fault.</exception>
    public async Task<OcspAnswer?> AskAsync(OcspIssuer issuer, byte[] request, TimeSpan patience, CancellationToken cancellation)
    {
        var began = _time.GetTimestamp();
        for (var round = 0; round < Rounds && _time.GetElapsedTime(began) < patience; round++)
        {
            if (await AskOnceAsync(issuer, request, patience - _time.GetElapsedTime(began), cancellation) is not { } answer)
                return null;
            if (answer.Holds)
                return answer;
        }

        return null;
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(PassOnAsync(stoppingToken), TakeAsync(stoppingToken), LookAnywayAsync(stoppingToken));

    private async Task<OcspAnswer?> AskOnceAsync(OcspIssuer issuer, byte[] request, TimeSpan patience, CancellationToken cancellation)
    {
        var question = new OcspQuestion(Guid.CreateVersion7(), issuer.Authority.Lane, issuer.Authority.Id, request);
        var answered = new TaskCompletionSource<OcspAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        _awaited[question.Id] = answered;
        try
        {
            if (!_asked.Writer.TryWrite(question))
                return null;
            return await answered.Task.WaitAsync(patience, _time, cancellation);
        }
        catch (TimeoutException) when (!answered.Task.IsFaulted)
        {
            return null;
        }
        finally
        {
            _awaited.TryRemove(question.Id, out _);
            if (!answered.Task.IsCompleted)
                _givenUp.Enqueue(question.Id);
        }
    }

    private async Task PassOnAsync(CancellationToken stopping)
    {
        while (await NextAsync(_asked, stopping) is { Count: > 0 } questions)
        {
            try
            {
                var awaited = questions.Where(question => _awaited.ContainsKey(question.Id)).ToList();
                if (awaited.Count > 0)
                    await _desk.AskAsync(awaited, stopping);
            }
            catch (Exception fault)
            {
                Fail(questions.Select(question => question.Id), fault);
            }
        }
    }

    private async Task TakeAsync(CancellationToken stopping)
    {
        while (await NextAsync(_answered, stopping) is { Count: > 0 } ids)
        {
            try
            {
                foreach (var (id, answer) in await _desk.TakeAsync(ids, stopping))
                {
                    if (_awaited.TryGetValue(id, out var awaited))
                        awaited.TrySetResult(answer);
                }
            }
            catch (Exception fault)
            {
                Fail(ids, fault);
            }
        }
    }

    private async Task LookAnywayAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            await Task.Delay(LookAnyway, stopping)
                .ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            foreach (var id in _awaited.Keys)
                _answered.Writer.TryWrite(id);
            await WithdrawAsync();
        }
    }

    /// <summary>While the key room is away nobody else takes away what nobody waits for any more.</summary>
    private async Task WithdrawAsync()
    {
        var ids = new List<Guid>();
        while (ids.Count < 1000 && _givenUp.TryDequeue(out var id))
            ids.Add(id);
        if (ids.Count == 0)
            return;
        try
        {
            await _desk.WithdrawAsync(ids, CancellationToken.None);
        }
        catch (Exception fault)
        {
            // The key room sweeps them when it is back.
            _logger.Log(
                DatabaseFaults.IsTransient(fault) ? LogLevel.Warning : LogLevel.Error,
                "OCSP questions that nobody waits for could not be taken back: {Fault}",
                fault.Message
            );
        }
    }

    private void Fail(IEnumerable<Guid> questions, Exception fault)
    {
        foreach (var id in questions)
        {
            if (_awaited.TryGetValue(id, out var awaited))
                awaited.TrySetException(fault);
        }
    }

    /// <summary>Waits for one, and takes what else is there; none when the process ends.</summary>
    private static async Task<IReadOnlyList<T>> NextAsync<T>(Channel<T> channel, CancellationToken stopping)
    {
        var taken = new List<T>();
        try
        {
            while (taken.Count == 0 && await channel.Reader.WaitToReadAsync(stopping))
            {
                while (taken.Count < MostAtOnce && channel.Reader.TryRead(out var one))
                    taken.Add(one);
            }
        }
        catch (OperationCanceledException)
        {
            // The process ends.
        }

        return taken;
    }
}

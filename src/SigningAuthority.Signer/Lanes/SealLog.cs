using System.Text;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Keys;
using SigningAuthority.IssuanceLog.Tree;
using SigningAuthority.Signer.Keys;
using SigningAuthority.Storage;
using SigningAuthority.Storage.IssuanceLog;

namespace SigningAuthority.Signer.Lanes;

/// <summary>
/// The log lane: gives entries their index, extends the tree and signs its head, about once a second while there is news.
/// Of all Signers that serve this lane one works at a time; the others stand by.
/// </summary>
internal sealed partial class SealLog(
    Npgsql.NpgsqlDataSource database,
    SignerSettings settings,
    LaneAuthorities authorities,
    AuthorityConfiguration configuration,
    TokenHealth token,
    LogHealth health,
    SignerIdentity identity,
    UnsafeInterruption interruption,
    TimeProvider time,
    ILogger<SealLog> logger
) : BackgroundService
{
    private const int StepLimit = 10_000;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    // Clearly longer than others leave a pending head to whoever asked for it last (LogHead): a Signer that fails each time, because
    // its disk is full, must not ask again before another may take over.
    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromSeconds(5);

    private readonly LogStateFile _state = new(settings.LogStateFile);
    private string? _toldStop;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        SequenceLogEntries? sequence = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await token.WaitUntilOkAsync(stoppingToken);
                sequence ??= Open();
                var entries = await sequence.RunAsync(StepLimit, stoppingToken);
                health.Sealed(entries);
                _toldStop = null;
                if (entries < StepLimit)
                    await Task.Delay(Interval, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (KeyStoreException fault)
            {
                health.Failed(fault.Message);
                token.Report(fault);
            }
            catch (Exception exception)
            {
                health.Failed(exception.Message);
                Tell(exception);
                await Task.Delay(PauseAfterFault, stoppingToken)
                    .ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            }
        }
    }

    /// <exception cref="KeyStoreException">The key can't be opened.</exception>
    /// <exception cref="FormatException">The state file is damaged.</exception>
    private SequenceLogEntries Open()
    {
        var key = authorities.Key(configuration.TheAuthority(AuthorityPurpose.LogKey).Id);
        var noteKey = new NoteKey(settings.LogOrigin, key.SubjectPublicKeyInfo);
        var remembered = _state.Read();
        if (_state.Path is null)
            LogNoStateFile();
        else if (remembered is null)
            LogFirstStart(_state.Path);
        return new SequenceLogEntries(
            database,
            new LogSealing
            {
                Key = noteKey,
                Sign = (body, _) => ValueTask.FromResult(Sign(key, noteKey, body)),
                Signer = identity.Actor,
                Time = time,
                Remembered = remembered,
                Remember = Remember,
                ClockTolerance = settings.ClockTolerance,
                ClockAcceptedUpTo = settings.ClockAcceptedUpTo,
            }
        );
    }

    private string Sign(SigningKey key, NoteKey noteKey, string body)
    {
        interruption.At(IssuanceStep.HeadCommitted);
        var note = SignedNote.Format(body, noteKey.Name, noteKey.Id, key.Sign(Encoding.UTF8.GetBytes(body)));
        interruption.At(IssuanceStep.CheckpointSigned);
        return note;
    }

    private void Remember(SealedHead head)
    {
        _state.Keep(head);
        interruption.At(IssuanceStep.CheckpointRemembered);
    }

    private void Tell(Exception exception)
    {
        if (DatabaseFaults.IsTransient(exception))
            LogFault(exception, "the database is away");
        else if (ReasonOf(exception) is not { } reason)
            LogFault(exception, "the log is NOT sealed; nothing is sealed over an unknown state");
        else if (_toldStop != exception.Message)
            LogStopped(reason, _toldStop = exception.Message);
    }

    /// <summary>Of what does not pass by itself.</summary>
    private static string? ReasonOf(Exception exception) =>
        exception switch
        {
            SealingStoppedException stop => stop.Reason.ToString(),
            ForeignLogException => "AnotherCluster",
            FormatException => "DamagedState",
            _ => null,
        };

    [LoggerMessage(LogLevel.Error, "Log lane: {What}")]
    private partial void LogFault(Exception exception, string what);

    [LoggerMessage(LogLevel.Critical, "The log is NOT sealed any more ({Reason}): {What} The runbook says how to go on")]
    private partial void LogStopped(string reason, string what);

    [LoggerMessage(
        LogLevel.Warning,
        "No Log:StateFile: at its next start this Signer will not know what it signed, and will not see that a database was rolled back"
    )]
    private partial void LogNoStateFile();

    [LoggerMessage(LogLevel.Information, "First start of the log lane here: its state is taken from the database and kept in {File}")]
    private partial void LogFirstStart(string file);
}

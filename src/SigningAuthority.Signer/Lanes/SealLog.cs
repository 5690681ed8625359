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
    ILogger<SealLog> logger
) : BackgroundService
{
    private const int StepLimit = 10_000;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var sequence = new SequenceLogEntries(database, settings.LogOrigin, Sign);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await token.WaitUntilOkAsync(stoppingToken);
                var entries = await sequence.RunAsync(StepLimit, stoppingToken);
                health.Sealed(entries);
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
                LogFault(
                    exception,
                    DatabaseFaults.IsTransient(exception)
                        ? "the database is away"
                        : "the log is NOT sealed; nothing is sealed over an unknown state"
                );
                await Task.Delay(PauseAfterFault, stoppingToken)
                    .ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            }
        }
    }

    private ValueTask<string> Sign(string body, CancellationToken cancellation)
    {
        var key = authorities.Key(configuration.TheAuthority(AuthorityPurpose.LogKey).Id);
        var noteKey = new NoteKey(settings.LogOrigin, key.SubjectPublicKeyInfo);
        return ValueTask.FromResult(SignedNote.Format(body, noteKey.Name, noteKey.Id, key.Sign(System.Text.Encoding.UTF8.GetBytes(body))));
    }

    [LoggerMessage(LogLevel.Error, "Log lane: {What}")]
    private partial void LogFault(Exception exception, string what);
}

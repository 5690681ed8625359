using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Keys;
using SigningAuthority.IssuanceLog.Tree;
using SigningAuthority.Signer.Keys;
using SigningAuthority.Signer.Lanes;
using SigningAuthority.Storage;
using SigningAuthority.Storage.Certificates;
using SigningAuthority.Storage.Roots;

namespace SigningAuthority.Signer.Roots;

/// <summary>
/// Beside the log lane, whose key it uses: looks every few seconds whether the roots are still what was published of them, by ceremony,
/// configuration and calendar, and publishes a new signed manifest when they are not.
/// </summary>
internal sealed partial class PublishRoots(
    NpgsqlDataSource database,
    SignerSettings settings,
    LaneAuthorities authorities,
    AuthorityConfiguration configuration,
    TokenHealth token,
    LogHealth log,
    SignerIdentity identity,
    UnsafeInterruption interruption,
    TimeProvider time,
    ILogger<PublishRoots> logger
) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);

    private readonly Authorities _recorded = new(database);
    private readonly RootManifests _manifests = new(database);
    private readonly string _log = configuration.TheAuthority(AuthorityPurpose.LogKey).Id;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var publish = new PublishRootManifest(
            database,
            new RootPublication
            {
                Origin = settings.LogOrigin,
                Sign = SignAsync,
                Signer = identity.Actor,
                Time = time,
            }
        );
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await token.WaitUntilOkAsync(stoppingToken);
                // Nothing is signed over an unknown state: a database that was rolled back would get a second version of the same number.
                if (log.Current.IsKnown)
                    await LookAsync(publish, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (KeyStoreException fault)
            {
                token.Report(fault);
            }
            catch (Exception fault)
            {
                LogFault(fault, DatabaseFaults.IsTransient(fault) ? "the database is away" : "an unexpected fault");
            }

            await Task.Delay(Interval, time, stoppingToken)
                .ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private async Task LookAsync(PublishRootManifest publish, CancellationToken stopping)
    {
        var recorded = await _recorded.ReadAllAsync(stopping);
        var times = await _manifests.ReadTimesAsync(configuration, recorded, stopping);
        var roots = RootsNow.Of(configuration, recorded, times, time.GetUtcNow());
        // Before the ceremonies there is nothing to publish, nor a key to sign with.
        if (roots.Count > 0 && recorded.Any(authority => authority.Authority == _log))
        {
            if (await publish.RunAsync(roots, stopping) is { } version)
                LogPublished(version);
        }
    }

    /// <summary>A faulty token, or the key of another log, must not get a signature past this line.</summary>
    private async ValueTask<byte[]> SignAsync(byte[] manifest, CancellationToken cancellation)
    {
        interruption.At(IssuanceStep.ManifestCommitted);
        var key = await RecordedLogKey.FindAsync(database, settings.LogOrigin, cancellation);
        var signature = authorities.Key(_log).Sign(manifest);
        interruption.At(IssuanceStep.ManifestSigned);
        return key is not null && key.Verify(manifest, signature)
            ? signature
            : throw new KeyStoreException("The manifest's new signature is not one of the log's key.", isTransient: false);
    }

    [LoggerMessage(LogLevel.Information, "Roots: version {Version} of the manifest is published")]
    private partial void LogPublished(long version);

    [LoggerMessage(LogLevel.Error, "Roots: {What}; looked at again in some seconds")]
    private partial void LogFault(Exception exception, string what);
}

using System.Threading.RateLimiting;
using SigningAuthority.Api.Access;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage;
using SigningAuthority.Storage.IssuanceLog;
using SigningAuthority.Storage.Roots;

namespace SigningAuthority.Api.Publication;

/// <summary>
/// Who took a root. For a caller that is known the entry comes first, as with any act, and which version it has is noted. Of strangers'
/// downloads a limited number is recorded, when it can be: they are public, and must neither fill the log nor stop when the database does.
/// </summary>
internal sealed class RecordRootsDownload(AppendLogEntries log, RootFetches fetches, TimeProvider time, ILogger<RecordRootsDownload> logger)
    : IDisposable
{
    private const int StrangersInAMinute = 120;

    private readonly FixedWindowRateLimiter _strangers = new(
        new FixedWindowRateLimiterOptions
        {
            PermitLimit = StrangersInAMinute,
            Window = TimeSpan.FromMinutes(1),
            QueueLimit = 0,
        }
    );

    public async Task BeforeAsync(HttpContext context, PublishedFile file)
    {
        if (Caller.Find(context) is { } caller)
        {
            await fetches.RecordAsync(
                caller.Actor,
                caller.TenantId,
                [(file.Name, file.Sha256)],
                ToEntry(caller.Actor, file),
                context.RequestAborted
            );
            return;
        }

        // A feed reader's look each hour says nothing of who trusts what.
        if (!file.IsCertificates)
            return;

        using var lease = _strangers.AttemptAcquire();
        if (!lease.IsAcquired)
            return;
        try
        {
            await log.AppendAsync([ToEntry(Caller.Anonymous, file)], context.RequestAborted);
        }
        catch (Exception fault) when (DatabaseFaults.IsTransient(fault))
        {
            logger.LogWarning("A stranger's download of {File} is not recorded: {Fault}", file.Name, fault.Message);
        }
    }

    public void Dispose() => _strangers.Dispose();

    private RootsDownloaded ToEntry(string actor, PublishedFile file) =>
        new()
        {
            At = time.GetUtcNow(),
            Actor = actor,
            Subject = file.Name,
            Name = file.Name,
            Format = file.Name[(file.Name.LastIndexOf('.') + 1)..],
            Sha256 = Convert.ToHexStringLower(file.Sha256),
        };
}

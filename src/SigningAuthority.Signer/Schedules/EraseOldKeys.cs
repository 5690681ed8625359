using Microsoft.Extensions.Logging;
using Quartz;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Signer.Lanes;
using SigningAuthority.Storage.KeyPairs;

namespace SigningAuthority.Signer.Schedules;

/// <summary>Erases the envelopes of keys that no station said to have within the days that the policy keeps them.</summary>
[DisallowConcurrentExecution]
internal sealed partial class EraseOldKeys(
    KeyPairsAtTheKey pairs,
    SignerIdentity identity,
    AuthorityConfiguration configuration,
    TimeProvider time,
    ILogger<EraseOldKeys> logger
) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        var now = time.GetUtcNow();
        var madeBefore = now - TimeSpan.FromDays(configuration.Policy.Device.GeneratedKeysKeptDays);
        while (await pairs.EraseOldAsync(madeBefore, identity.Actor, pair => ToEntry(pair, now), cancellationToken) is var erased and > 0)
            LogErased(erased);
    }

    private KeyPairErased ToEntry(KeyPair pair, DateTimeOffset now) =>
        new()
        {
            At = now,
            Actor = identity.Actor,
            Subject = pair.Mac,
            Mac = pair.Mac,
            Serial = pair.Serial,
            KeyPairId = pair.Id,
            Reason = KeyPairErased.Old,
        };

    [LoggerMessage(LogLevel.Warning, "{Count} keys were made for units and no station said that it has them: they are erased")]
    private partial void LogErased(int count);
}

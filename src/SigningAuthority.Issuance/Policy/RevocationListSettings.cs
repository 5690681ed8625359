using System.Text.Json.Serialization;

namespace SigningAuthority.Issuance.Policy;

/// <summary>How lists of revoked certificates are made.</summary>
/// <param name="ShardSize">Certificates of an authority, by the order of issuance, that name its complete list; each further so many name one of their own.</param>
/// <param name="RefreshHours">A new list is made after so long, whether anything has changed or not.</param>
/// <param name="OverlapDays">How much longer a list holds than that: as long may the CA stand still.</param>
/// <param name="MostEntriesAtOnce">A complete list with at most so many entries is made again at each change.</param>
/// <param name="CompleteEveryMinutes">
/// A longer one, when it took long to make (<see cref="RevocationLists.RevocationListSchedule.MostForSoon"/>), is made again this often while
/// something changes; deltas tell of it meanwhile. One that is made sooner follows a change within a minute.
/// </param>
/// <param name="KeepLists">Of how many lists of each kind and part the bytes are kept.</param>
public sealed record RevocationListSettings(
    int ShardSize,
    int RefreshHours,
    int OverlapDays,
    int MostEntriesAtOnce,
    int CompleteEveryMinutes,
    int KeepLists
)
{
    /// <summary>Between lists when nothing changes.</summary>
    [JsonIgnore]
    public TimeSpan Refresh => TimeSpan.FromHours(RefreshHours);

    /// <summary>From a list's thisUpdate to its nextUpdate.</summary>
    [JsonIgnore]
    public TimeSpan Life => Refresh + TimeSpan.FromDays(OverlapDays);

    /// <summary>With less than this to its nextUpdate a list is late beyond what can be waited for.</summary>
    [JsonIgnore]
    public TimeSpan Alarm => TimeSpan.FromDays(OverlapDays) / 2;

    /// <summary>The part to which a certificate belongs; 0 for those of the complete list's own address.</summary>
    /// <param name="ordinal">Which of its authority's certificates it is, from 1.</param>
    public int ShardOf(long ordinal) => checked((int)(Math.Max(ordinal - 1, 0) / ShardSize));
}

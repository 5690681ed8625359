using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.RevocationLists;

namespace SigningAuthority.Signer.RevocationLists;

/// <summary>What the log says of a list.</summary>
internal static class ListEntries
{
    public static RevocationListIntended Intended(string authority, IntendedRevocationList list, string actor, DateTimeOffset at) =>
        new()
        {
            At = at,
            Actor = actor,
            Subject = authority,
            Authority = authority,
            List = NameOf(list.Kind),
            Shard = ShardOf(list.Shard),
            Number = list.Plan.Number,
            BaseNumber = list.Plan.BaseNumber,
            ThisUpdate = list.Plan.ThisUpdate,
            NextUpdate = list.Plan.NextUpdate,
            Entries = list.Entries,
            ToBeSignedSha256 = Convert.ToHexStringLower(list.ToBeSignedSha256),
        };

    public static RevocationListIssued Issued(RevocationList list, byte[] sha256, long octets, string actor, DateTimeOffset at) =>
        new()
        {
            At = at,
            Actor = actor,
            Subject = list.Authority,
            Authority = list.Authority,
            List = NameOf(list.Kind),
            Shard = ShardOf(list.Shard),
            Number = list.Number,
            ToBeSignedSha256 = Convert.ToHexStringLower(list.ToBeSignedSha256),
            CrlSha256 = Convert.ToHexStringLower(sha256),
            Octets = octets,
        };

    public static string NameOf(RevocationListKind kind) => kind.ToString().ToLowerInvariant();

    private static int? ShardOf(int shard) => shard == 0 ? null : shard;
}

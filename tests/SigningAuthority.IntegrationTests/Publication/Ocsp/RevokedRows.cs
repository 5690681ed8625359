using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Storage;
using SigningAuthority.Issuance.Certificates;

namespace SigningAuthority.IntegrationTests.Publication.Ocsp;

/// <summary>What the key room writes when a revocation, hold or release becomes effective, without those who may ask for it.</summary>
internal sealed class RevokedRows(RunningAuthority authority)
{
    /// <summary>Revokes or holds, now or at another time; the first row of a certificate or a change of it.</summary>
    public Task SetAsync(Asked asked, RevocationReason reason, string at = "now()") =>
        authority
            .Postgres.Connect("sa_signer", authority.Database)
            .ExecuteAsync(
                reason == RevocationReason.RemoveFromCrl
                    ? $"update sa.revoked set reason = 8, revoked_at = date_trunc('second', {at}) where authority = '{asked.Authority}' and serial_number = '\\x{Convert.ToHexString(asked.SerialNumber)}'"
                    : $"""
                    insert into sa.revoked as r (authority, serial_number, request_id, crl_shard, not_after, reason, revoked_at)
                    select authority, serial_number, request_id, crl_shard, not_after, {(int)reason}, date_trunc('second', {at})
                    from sa.intent where authority = '{asked.Authority}' and serial_number = '\x{Convert.ToHexString(asked.SerialNumber)}'
                    on conflict (authority, serial_number) do update set reason = excluded.reason, revoked_at =
                        case when r.reason = 8 then excluded.revoked_at else r.revoked_at end
                    """
            );
}

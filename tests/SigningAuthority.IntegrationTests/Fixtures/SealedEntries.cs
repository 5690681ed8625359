using SigningAuthority.IntegrationTests.Storage;

namespace SigningAuthority.IntegrationTests.Fixtures;

internal static class SealedEntries
{
    /// <summary>Waits until all that was issued by now stands under a signed checkpoint.</summary>
    public static async Task AwaitSealedAsync(this RunningAuthority authority)
    {
        var everything = authority.Postgres.Connect(PostgresCluster.Superuser, authority.Database);
        var last = await everything.ScalarAsync<long>("select coalesce(max(id), 0) from sa.log_entry where type = 'certificate.issued'");
        await Eventually.TrueAsync(
            () =>
                everything.ScalarAsync<bool>(
                    $"""
                    select not exists (select from sa.log_entry e where e.type = 'certificate.issued' and e.id <= {last} and not exists (
                        select from sa.log_leaf l where l.entry_id = e.id and l.index < (select max(tree_size) from sa.log_checkpoint)))
                    """
                ),
            "what was issued to have its place in the log"
        );
    }
}

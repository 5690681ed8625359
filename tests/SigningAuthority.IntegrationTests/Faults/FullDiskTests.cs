using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Storage;
using Xunit;

namespace SigningAuthority.IntegrationTests.Faults;

/// <summary>
/// Postgres refuses to write as it does when its disk is full: error 53100, raised by a trigger on one table, so that each write
/// of the issuance procedure can be made to fail by itself.
/// </summary>
public sealed class FullDiskTests(FaultedAuthority authority) : FaultScenario(authority)
{
    private string? _table;

    public override async Task DisposeAsync()
    {
        await FreeTheDiskAsync();
        await base.DisposeAsync();
    }

    [Theory]
    [InlineData("sa.signing_request", "update")]
    [InlineData("sa.intent", "insert")]
    [InlineData("sa.certificate", "insert")]
    [InlineData("sa.log_leaf", "insert")]
    public async Task Requests_wait_until_there_is_room_and_lose_no_attempt(string table, string write)
    {
        await FillTheDiskAsync(table, write);
        var signer = await StartSignerAsync("on-a-full-disk", untilReady: false);
        var work = await Authority.SubmitAsync(servers: 1, devices: 20);
        // Refused again and again: it keeps trying.
        await Eventually.TrueAsync(async () => await RefusedWritesAsync() >= 4, "writes are refused");
        Assert.False(signer.Process.HasExited);
        Assert.Equal(0, await work.CountAsync("Failed") + await work.CountAsync("Refused"));

        await FreeTheDiskAsync();

        await work.RequireIssuedAsync();
        Assert.Equal(1, await work.MostAttemptsAsync());
    }

    private async Task FillTheDiskAsync(string table, string write)
    {
        _table = table;
        // A sequence counts although the transaction is rolled back.
        await Authority.Database.ExecuteAsync(
            $$"""
            create sequence public.refused_writes;
            create function public.refuse_write() returns trigger language plpgsql security definer as $f$
            begin
                perform nextval('public.refused_writes');
                raise exception 'could not extend file: No space left on device' using errcode = 'disk_full';
            end
            $f$;
            create trigger disk_full before {{write}} on {{table}} for each statement execute function public.refuse_write();
            """
        );
    }

    private async Task FreeTheDiskAsync()
    {
        if (_table is null)
            return;
        await Authority.Database.ExecuteAsync(
            $"drop trigger disk_full on {_table}; drop function public.refuse_write(); drop sequence public.refused_writes"
        );
        _table = null;
    }

    private Task<long> RefusedWritesAsync() =>
        Authority.Database.ScalarAsync<long>("select case when is_called then last_value else 0 end from public.refused_writes");
}

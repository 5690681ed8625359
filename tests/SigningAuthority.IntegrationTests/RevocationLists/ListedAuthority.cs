using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Stations;
using SigningAuthority.IntegrationTests.Storage;
using Xunit;

namespace SigningAuthority.IntegrationTests.RevocationLists;

/// <summary>An authority whose lists are divided after a few certificates, and what the tests of its published lists do with it.</summary>
public sealed class ListedAuthority : IAsyncLifetime
{
    internal const int ShardSize = 8;

    private readonly string _folder = Directory.CreateTempSubdirectory("sa-listed-").FullName;
    private HttpClient _plain = null!;
    private HttpClient _station = null!;

    internal RunningAuthority Running { get; private set; } = null!;

    /// <summary>As everybody reaches it, without TLS.</summary>
    internal HttpClient Plain => _plain;

    internal string ClientRoot => Path.Combine(_folder, "client-root.pem");

    public async Task InitializeAsync()
    {
        var caConfig = Path.Combine(_folder, "ca-config");
        CaConfigCopy.Write(caConfig, ("policies/policy.json", policy => policy["crl"]!["shardSize"] = ShardSize));
        Running = await RunningAuthority.StartAsync(new AuthorityOptions { CaConfig = caConfig });
        _plain = new HttpClient { BaseAddress = Running.PlainAddress };
        _station = Running.StationClient();
        await File.WriteAllTextAsync(ClientRoot, await Running.RootPemAsync("client"));
        await AwaitAsync("client.crl", list => list.Entries.Count == 0);
        await AwaitAsync("client.delta.crl", list => list.BaseNumber is not null);
    }

    public async Task DisposeAsync()
    {
        _plain?.Dispose();
        if (Running is not null)
        {
            await Running.VerifyLogAsync();
            await Running.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A new device's certificate, as a file.</summary>
    internal async Task<ListedDevice> CertifyAsync()
    {
        var device = FactoryDevice.MakeQuickly();
        var file = Path.Combine(_folder, device.Mac + ".pem");
        await File.WriteAllTextAsync(file, await new StationDesk(_station).CertifyAsync(device));
        return ListedDevice.Read(file);
    }

    /// <summary>As the key room does it when it has decided, with the same announcement.</summary>
    internal Task RevokeAsync(ListedDevice device, int reason = 1) =>
        Running
            .Postgres.Connect("sa_signer", Running.Database)
            .ExecuteAsync(
                $"""
                update sa.revoked set reason = {reason} where authority = 'client' and serial_number = '\x{device.Serial}';
                insert into sa.revoked (authority, serial_number, request_id, crl_shard, not_after, reason, revoked_at)
                select authority, serial_number, request_id, crl_shard, not_after, {reason}, date_trunc('second', now())
                from sa.intent i where authority = 'client' and serial_number = '\x{device.Serial}'
                    and not exists (select from sa.revoked r where r.authority = i.authority and r.serial_number = i.serial_number);
                select pg_notify('sa_revoked', 'client')
                """
            );

    /// <summary>Asks until the list is so.</summary>
    internal async Task<ParsedList> AwaitAsync(string file, Func<ParsedList, bool> isSo)
    {
        ParsedList? list = null;
        await Eventually.TrueAsync(
            async () =>
                await _plain.AskAsync("crl/" + file) is { Status: System.Net.HttpStatusCode.OK } answer
                && isSo(list = new ParsedList(answer.Body)),
            $"the list {file} is as it should be; it has {list?.Entries.Count} entries"
        );
        return list!;
    }

    /// <summary>Keeps what is published now.</summary>
    internal async Task<string> SaveAsync(string file)
    {
        var path = Path.Combine(_folder, $"{Guid.NewGuid():N}-{Path.GetFileName(file)}");
        await File.WriteAllBytesAsync(path, (await _plain.AskAsync("crl/" + file)).Body);
        return path;
    }
}

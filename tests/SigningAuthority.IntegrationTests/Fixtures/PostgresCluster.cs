using System.Diagnostics;
using Npgsql;
using SigningAuthority.Storage;
using SigningAuthority.Storage.Migrations;

namespace SigningAuthority.IntegrationTests.Fixtures;

/// <summary>
/// A private Postgres cluster in a directory of its own, on 127.0.0.1 and on a socket there. Most tests take a database of their
/// own in the <see cref="SharedAsync">shared</see> one; tests that stop Postgres create theirs. Everybody is trusted, except in
/// a database named <see cref="DatabaseWithPasswords"/>.
/// </summary>
internal sealed class PostgresCluster : IAsyncDisposable
{
    public const string Superuser = "postgres";
    public const string DatabaseWithPasswords = "with_passwords";

    private static readonly string Binaries = Directory.GetDirectories("/usr/lib/postgresql").Order().Last() + "/bin/";
    private static readonly Lazy<Task<PostgresCluster>> Shared = new(() => CreateAsync());

    // Whatever becomes of the test process, its clusters end with it.
    private const string Watch = """
        while kill -0 "$1" 2>/dev/null && [ -d "$0" ]; do sleep 1; done
        [ ! -f "$0/data/postmaster.pid" ] || kill -QUIT "$(head -n 1 "$0/data/postmaster.pid")"
        while [ -f "$0/data/postmaster.pid" ]; do sleep 0.2; done
        rm -rf "$0"
        """;

    private readonly string _root;
    private readonly bool _durable;
    private readonly SemaphoreSlim _migrating = new(1);
    private readonly Dictionary<(string Role, string Database), NpgsqlDataSource> _pools = [];
    private Process? _server;
    private int _databases;

    private PostgresCluster(string root, int port, bool durable)
    {
        _root = root;
        _durable = durable;
        Port = port;
    }

    public int Port { get; }

    /// <summary>A host for libpq: the directory of the socket.</summary>
    public string SocketDirectory => _root;

    public bool IsRunning => _server is { HasExited: false };

    private string Data => Path.Combine(_root, "data");

    /// <summary>The one for all tests that leave it running. It ends with the test process.</summary>
    public static Task<PostgresCluster> SharedAsync() => Shared.Value;

    /// <param name="durable">True: commits wait for the disk, as in production. False: faster, a crash may lose anything.</param>
    public static async Task<PostgresCluster> CreateAsync(bool durable = false)
    {
        var root = Directory.CreateTempSubdirectory("sa-postgres-").FullName;
        var cluster = new PostgresCluster(root, FreePort.Take(), durable);
        Start(["/bin/sh", "-c", Watch, root, Environment.ProcessId.ToString()], "/dev/null").Dispose();
        if (Environment.UserName == "root")
            await RunAsync("chown", Superuser, root);
        await RunAsync([
            .. AsPostgres("initdb"),
            "-D",
            cluster.Data,
            "-A",
            "trust",
            "-U",
            Superuser,
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ]);
        var rules = await File.ReadAllTextAsync(cluster.Data + "/pg_hba.conf");
        await File.WriteAllTextAsync(
            cluster.Data + "/pg_hba.conf",
            $"host {DatabaseWithPasswords} all 127.0.0.1/32 scram-sha-256\n{rules}"
        );
        await cluster.StartAsync();
        return cluster;
    }

    /// <param name="role">One of sa_owner, sa_api, sa_signer, sa_auditor, sa_operator, or <see cref="Superuser"/>.</param>
    /// <param name="database">As <see cref="CreateDatabaseAsync"/> returned it.</param>
    public string ConnectionString(string role, string database) =>
        $"Host=127.0.0.1;Port={Port};Username={role};Database={database};Timeout=5;Include Error Detail=true";

    /// <summary>A pool of that role, the same for each call; it ends with the cluster.</summary>
    public NpgsqlDataSource Connect(string role, string database)
    {
        // Hundreds of scenarios leave pools behind: what idles there is given back soon.
        const string GivenBackSoon = ";Connection Idle Lifetime=10;Connection Pruning Interval=5";
        lock (_pools)
        {
            if (_pools.TryGetValue((role, database), out var pool))
                return pool;
            // As in the programs that serve a line.
            var build = role is "sa_api" or "sa_signer" ? PostgresConnections.BuildForLine : (BuildPool)PostgresConnections.Build;
            return _pools[(role, database)] = build(ConnectionString(role, database) + GivenBackSoon, "test as " + role);
        }
    }

    private delegate NpgsqlDataSource BuildPool(string connectionString, string applicationName);

    /// <summary>A new, migrated database.</summary>
    /// <returns>Its name.</returns>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = await CreateEmptyDatabaseAsync($"test_{Interlocked.Increment(ref _databases)}");
        await MigrateAsync(name);
        return name;
    }

    /// <summary>Migrates one database at a time: roles belong to the whole cluster, and two at once would alter the same ones.</summary>
    public async Task<MigrationResult> MigrateAsync(string database, string role = Superuser)
    {
        await _migrating.WaitAsync();
        try
        {
            return await new MigrateDatabase(Connect(role, database)).RunAsync(new Dictionary<string, string>());
        }
        finally
        {
            _migrating.Release();
        }
    }

    public async Task<string> CreateEmptyDatabaseAsync(string name)
    {
        await using var command = Connect(Superuser, "postgres").CreateCommand($"create database {name} template template0");
        await command.ExecuteNonQueryAsync();
        return name;
    }

    /// <summary>Starts the server and waits until it answers.</summary>
    public async Task StartAsync()
    {
        string[] settings =
        [
            "listen_addresses=127.0.0.1",
            $"port={Port}",
            $"unix_socket_directories={_root}",
            // Each scenario has a database of its own, and each of its roles a pool.
            "max_connections=1000",
            "shared_buffers=64MB",
            .. _durable ? Array.Empty<string>() : ["fsync=off", "synchronous_commit=off", "full_page_writes=off"],
        ];
        _server = Start(
            [.. AsPostgres("postgres"), "-D", Data, .. settings.SelectMany(setting => new[] { "-c", setting })],
            _root + "/server.log"
        );
        for (var deadline = DateTime.UtcNow.AddSeconds(60); !await AnswersAsync(); await Task.Delay(50))
        {
            if (_server.HasExited || DateTime.UtcNow > deadline)
                throw new InvalidOperationException("Postgres does not start: " + await File.ReadAllTextAsync(_root + "/server.log"));
        }

        // After a stop, this process's own connections are as dead as everybody's.
        lock (_pools)
        {
            foreach (var pool in _pools.Values)
                pool.Clear();
        }
    }

    /// <summary>Stops the server: with a checkpoint and a word to its clients ("fast"), or at once, as a crash would ("immediate").</summary>
    public async Task StopAsync(bool immediately = false)
    {
        if (_server is not { HasExited: false })
            return;

        var pid = (await File.ReadAllLinesAsync(Data + "/postmaster.pid"))[0];
        await RunAsync("kill", immediately ? "-QUIT" : "-INT", pid);
        await _server.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(immediately: true);
        foreach (var pool in _pools.Values)
            await pool.DisposeAsync();
        Directory.Delete(_root, recursive: true);
        _migrating.Dispose();
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await using var connection = new NpgsqlConnection(ConnectionString(Superuser, "postgres") + ";Pooling=false");
            await connection.OpenAsync();
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    // Postgres refuses to run as root.
    private static string[] AsPostgres(string binary) =>
        Environment.UserName == "root" ? ["runuser", "-u", Superuser, "--", Binaries + binary] : [Binaries + binary];

    private static async Task RunAsync(params string[] command)
    {
        var log = Path.GetTempFileName();
        using var process = Start(command, log);
        await process.WaitForExitAsync();
        var output = await File.ReadAllTextAsync(log);
        File.Delete(log);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{command[0]} failed: {output}");
    }

    // Output goes to a file: a server that outlives a pipe's reader would stall.
    private static Process Start(string[] command, string log) =>
        Process.Start(
            new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" >>\"$0\" 2>&1 </dev/null", log, .. command]) { WorkingDirectory = "/" }
        )!;
}

using System.ComponentModel;
using System.Diagnostics;
using Npgsql;
using SigningAuthority.Signer.Operators;

namespace SigningAuthority.Signer.Rollover;

/// <summary>
/// The copy of the database that a compromise is rehearsed on. Never the one that it is a copy of: which one a connection leads to is asked
/// of the server itself.
/// </summary>
internal sealed class DatabaseCopy : IAsyncDisposable
{
    private readonly NpgsqlConnectionStringBuilder _administrator;
    private readonly bool _isOurs;

    private DatabaseCopy(NpgsqlConnectionStringBuilder administrator, bool isOurs) => (_administrator, _isOurs) = (administrator, isOurs);

    /// <summary>As the administrator, whom the connection string names.</summary>
    public string ConnectionString => _administrator.ConnectionString;

    /// <summary>The same, acting as one of the authority's roles.</summary>
    public string As(string role)
    {
        var settings = new NpgsqlConnectionStringBuilder(ConnectionString);
        settings.Options = $"{settings.Options} -c role={role}".Trim();
        return settings.ConnectionString;
    }

    /// <param name="copy">An administrator's connection to the copy: one who may act as the authority's roles.</param>
    /// <param name="live">The database that it is a copy of.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <exception cref="OperatorException">It is the live database.</exception>
    public static async Task<DatabaseCopy> OpenAsync(string copy, NpgsqlDataSource live, CancellationToken cancellation)
    {
        var opened = new DatabaseCopy(new NpgsqlConnectionStringBuilder(copy) { Pooling = false }, isOurs: false);
        await opened.RequireOtherThanAsync(live, cancellation);
        return opened;
    }

    /// <summary>Makes the copy first: a dump of a live database is of one moment, and keeps nobody waiting.</summary>
    /// <param name="copy">An administrator's connection to a database that is not there yet.</param>
    /// <param name="source">An administrator's connection to the one that is copied.</param>
    /// <param name="live">The same as anybody sees it.</param>
    /// <param name="cancellation">Ends it; what was made so far is removed.</param>
    /// <exception cref="OperatorException">pg_dump or pg_restore failed, or the database is there already.</exception>
    public static async Task<DatabaseCopy> MakeAsync(string copy, string source, NpgsqlDataSource live, CancellationToken cancellation)
    {
        var target = new NpgsqlConnectionStringBuilder(copy) { Pooling = false };
        await using (var server = new NpgsqlConnection(Server(target)))
        {
            await server.OpenAsync(cancellation);
            await using var exists = new NpgsqlCommand("select exists (select from pg_database where datname = $1)", server);
            exists.Parameters.Add(new NpgsqlParameter<string> { TypedValue = target.Database! });
            if (await exists.ExecuteScalarAsync(cancellation) is true)
                throw new OperatorException(
                    $"The database \"{target.Database}\" is there already: leave --from out to rehearse on it, or name another one."
                );
            await RunAsync(server, $"create database {Quoted(target.Database!)} template template0", cancellation);
        }

        var made = new DatabaseCopy(target, isOurs: true);
        // For its owner alone (0700): the dump has all that the database has, hashes of tokens and wrapped keys among it.
        var folder = Directory.CreateTempSubdirectory("drill-").FullName;
        var dump = Path.Combine(folder, "copy.dump");
        try
        {
            var from = new NpgsqlConnectionStringBuilder(source);
            await RunAsync("pg_dump", from, ["--format=custom", "--compress=1", $"--file={dump}"], cancellation);
            await RunAsync("pg_restore", target, [$"--dbname={target.Database}", "--exit-on-error", dump], cancellation);
            await made.RequireOtherThanAsync(live, cancellation);
            return made;
        }
        catch
        {
            await made.DisposeAsync();
            throw;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>A copy that was made here is removed.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_isOurs)
            return;
        await using var server = new NpgsqlConnection(Server(_administrator));
        await server.OpenAsync(CancellationToken.None);
        await RunAsync(server, $"drop database if exists {Quoted(_administrator.Database!)} with (force)", CancellationToken.None);
    }

    private async Task RequireOtherThanAsync(NpgsqlDataSource live, CancellationToken cancellation)
    {
        const string identity = "select (select system_identifier from pg_control_system()) || '/' || current_database()";
        await using var other = new NpgsqlConnection(ConnectionString);
        await other.OpenAsync(cancellation);
        await using var ofCopy = new NpgsqlCommand(identity, other);
        await using var ofLive = live.CreateCommand(identity);
        if (Equals(await ofCopy.ExecuteScalarAsync(cancellation), await ofLive.ExecuteScalarAsync(cancellation)))
            throw new OperatorException("--copy-database leads to the live database: nothing is rehearsed there.");
    }

    private static string Server(NpgsqlConnectionStringBuilder database) =>
        new NpgsqlConnectionStringBuilder(database.ConnectionString) { Database = "postgres", Pooling = false }.ConnectionString;

    private static string Quoted(string name) => "\"" + name.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static async Task RunAsync(
        string program,
        NpgsqlConnectionStringBuilder database,
        IReadOnlyList<string> arguments,
        CancellationToken cancellation
    )
    {
        var start = new ProcessStartInfo(program) { RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        // libpq's own variables: a password is nothing for a command line.
        start.Environment["PGHOST"] = database.Host;
        start.Environment["PGPORT"] = $"{database.Port}";
        start.Environment["PGDATABASE"] = database.Database;
        if (database.Username is { Length: > 0 } user)
            start.Environment["PGUSER"] = user;
        if (database.Password is { Length: > 0 } password)
            start.Environment["PGPASSWORD"] = password;
        using var process = Start(start);
        var error = await process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        if (process.ExitCode != 0)
            throw new OperatorException($"{program} failed: {error.Trim()}");
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception fault)
        {
            throw new OperatorException($"{start.FileName} could not be started ({fault.Message}): install the Postgres client programs.");
        }
    }
}

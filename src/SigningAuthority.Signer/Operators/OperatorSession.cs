using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Npgsql;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Signer.Lanes;
using SigningAuthority.Storage;
using SigningAuthority.Storage.Access;

namespace SigningAuthority.Signer.Operators;

/// <summary>One operator command at work: its database, and who the log says did it.</summary>
internal sealed class OperatorSession : IAsyncDisposable
{
    private OperatorSession(IConfiguration settings)
    {
        Settings = settings;
        Database = PostgresConnections.Build(SignerSettings.RequireConnectionString(settings), "signing-authority operator");
        Actor = ActorOf(settings);
    }

    public IConfiguration Settings { get; }

    public NpgsqlDataSource Database { get; }

    public string Actor { get; }

    /// <summary>Who runs the command, as the log names people.</summary>
    public static string ActorOf(IConfiguration settings) =>
        "operator/" + (settings["SA_OPERATOR_NAME"] is { Length: > 0 } name ? name : Environment.UserName);

    /// <summary>Runs a command's work; what it refuses (<see cref="OperatorException"/>) goes to standard error with exit status 1.</summary>
    public static async Task<int> RunAsync(IConfiguration settings, Func<OperatorSession, Task> work)
    {
        try
        {
            await using var session = new OperatorSession(settings);
            await work(session);
            return ExitCodes.Success;
        }
        catch (Exception exception) when (exception is OperatorException or AlreadyRegisteredException)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return ExitCodes.Failure;
        }
    }

    /// <exception cref="OperatorException">No such provider.</exception>
    public async Task<Provider> ProviderAsync(string name, CancellationToken cancellation) =>
        await new Providers(Database).FindAsync(name, cancellation)
        ?? throw new OperatorException($"There is no provider '{name}': operator provider add {name}");

    public ValueTask DisposeAsync() => Database.DisposeAsync();
}

/// <summary>What the operator asked for can't be done; the message says why and what to do.</summary>
internal sealed class OperatorException(string message) : Exception(message)
{
    /// <summary>Broken rules, two lines each: what and how it is mended.</summary>
    public static string Describe(IReadOnlyList<Violation> violations) =>
        string.Join(
            Environment.NewLine,
            violations.Select(v =>
                $"{v.Code}: {v.Message} Expected {v.Expected}; got {v.Actual}. ({v.Source}){Environment.NewLine}  fix: {v.Fix}"
            )
        );
}

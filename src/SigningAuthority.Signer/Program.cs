using System.CommandLine;
using Microsoft.Extensions.Configuration;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Keys;
using SigningAuthority.Signer;
using SigningAuthority.Signer.Ceremony;
using SigningAuthority.Signer.Operators;
using SigningAuthority.Signer.Replay;
using SigningAuthority.Signer.Rollover;
using SigningAuthority.Storage;
using SigningAuthority.Storage.Migrations;

var settings = new ConfigurationBuilder()
    .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true)
    .AddEnvironmentVariables()
    .Build();

var root = new RootCommand(
    """
    The key room of SigningAuthority, and the commands that need its keys or its database.

    Settings come from the environment: CaConfig__Folder, Database__Connection, Signer__Lanes, Signer__HealthAddress,
    Keys__Store (pkcs11 or file) and its Keys__Pkcs11__… or Keys__File__… Each command's --help has examples.
    """
)
{
    RunCommand.Create(),
    MigrateCommand.Create(settings),
    CeremonyCommand.Create(settings),
    OperatorCommand.Create(settings),
    LogCommand.Create(settings),
    PolicyCommand.Create(settings),
    DrillCommand.Create(settings),
};

try
{
    return await root.Parse(args)
        .InvokeAsync(
            new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                // By default a process that was asked to stop is ended two seconds later, in the middle of a batch. The host itself gives up after 30.
                ProcessTerminationTimeout = TimeSpan.FromSeconds(40),
            }
        );
}
catch (InvalidConfigurationException exception)
{
    await Console.Error.WriteLineAsync(exception.Message);
    return ExitCodes.Configuration;
}
catch (Exception exception) when (DatabaseFaults.IsTransient(exception))
{
    await Console.Error.WriteLineAsync($"The database does not answer: {DatabaseFaults.Describe(exception)}");
    return ExitCodes.Failure;
}
catch (Exception exception) when (exception is SchemaMismatchException or InvalidOperationException)
{
    await Console.Error.WriteLineAsync(exception.Message);
    return ExitCodes.Configuration;
}
catch (Exception exception) when (exception is KeyStoreException or Npgsql.NpgsqlException or IOException or UnauthorizedAccessException)
{
    await Console.Error.WriteLineAsync(exception.Message);
    return ExitCodes.Failure;
}
catch (OperationCanceledException)
{
    return ExitCodes.Failure;
}

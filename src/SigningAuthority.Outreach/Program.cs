using System.CommandLine;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Outreach;
using SigningAuthority.Storage;
using SigningAuthority.Storage.Migrations;

var root = new RootCommand(
    """
    Calls other people's servers for SigningAuthority, as no other of its processes does: proofs of names, look-ups of
    addresses, notices. It has no keys, and listens to nobody but for health on loopback.

    Settings come from the environment: CaConfig__Folder, Database__Connection (role sa_outreach), Outreach__HealthAddress,
    Outreach__Resolver (ADDRESS:PORT, several with commas; default: those of /etc/resolv.conf), Outreach__Instance.
    Notices by mail need a relay: Outreach__Smtp__Host, Outreach__Smtp__Port (25), Outreach__Smtp__From, Outreach__Smtp__Tls (starttls or
    none), and where it wants them Outreach__Smtp__User and Outreach__Smtp__PasswordFile. A notice that fails is tried again after
    Outreach__Notices__FirstRetrySeconds (60), doubled up to Outreach__Notices__LongestRetrySeconds (21600), and given up after
    Outreach__Notices__GiveUpAfterSeconds (259200: three days); one attempt takes Outreach__Notices__AttemptSeconds (15) at most.
    Only public addresses are called. Outreach__UnsafeAllowedNetworks (127.0.0.0/8, say) adds others and
    Outreach__UnsafeProofPort takes the place of port 80 in HTTP proofs: for set-ups on one machine, never in production.
    """
)
{
    RunCommand.Create(),
};

try
{
    return await root.Parse(args)
        .InvokeAsync(
            new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromSeconds(40) }
        );
}
catch (Exception exception) when (DatabaseFaults.IsTransient(exception))
{
    await Console.Error.WriteLineAsync($"The database does not answer: {DatabaseFaults.Describe(exception)}");
    return ExitCodes.Failure;
}
catch (Exception exception) when (exception is InvalidConfigurationException or SchemaMismatchException or InvalidOperationException)
{
    await Console.Error.WriteLineAsync(exception.Message);
    return ExitCodes.Configuration;
}
catch (Exception exception) when (exception is Npgsql.NpgsqlException or IOException or UnauthorizedAccessException)
{
    await Console.Error.WriteLineAsync(exception.Message);
    return ExitCodes.Failure;
}
catch (OperationCanceledException)
{
    return ExitCodes.Failure;
}

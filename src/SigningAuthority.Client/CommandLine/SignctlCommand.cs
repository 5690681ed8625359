using System.CommandLine;
using System.Reflection;
using SigningAuthority.Client.Checks;
using SigningAuthority.Client.Log;
using SigningAuthority.Client.Names;
using SigningAuthority.Client.Notices;
using SigningAuthority.Client.Officers;
using SigningAuthority.Client.Phones;
using SigningAuthority.Client.Providers;
using SigningAuthority.Client.Roots;
using SigningAuthority.Client.Servers;
using SigningAuthority.Client.Stations;

namespace SigningAuthority.Client.CommandLine;

/// <summary>The table of commands, and the one place where failures become exit codes.</summary>
internal static class SignctlCommand
{
    private const string Description = """
        What outsiders of the signing authority run: providers send certificate requests, officers approve them,
        stations draw device certificates, auditors and holders of receipts verify the log, and anyone can behave as a phone
        does towards a provisioning server.

        Environment: SA_URL, SA_CACERT, SA_PROVIDER_TOKEN, SA_OFFICER_TOKEN, SA_AUDITOR_TOKEN, SA_LOG_KEY, SA_STATION_CERT,
        SA_STATION_KEY are the defaults of the options that name them.

        Exit status: 0 done, 1 wrong command line or local file, 2 refused, or evidence that does not hold (reasons on stderr),
        3 fault of the world, 4 no result yet when --wait was over, 130 interrupted.
        """;

    public static RootCommand Build()
    {
        // In the order in which they are needed: a provider's from the CSR to the running server, then a factory's.
        var root = new RootCommand(Description)
        {
            CheckCommand.Build(),
            NameCommand.Build(),
            SubmitCommand.Build(),
            RequestCommand.Build(),
            MatrixCommand.Build(),
            DownloadCommand.Build(),
            WithdrawCommand.Build(),
            KitCommand.Build(),
            CheckServerCommand.Build(),
            PhoneCommand.Build(),
            RenewCommand.Build(),
            RevokeCommand.Build(),
            ContactCommand.Build(),
            NoticeCommand.Build(),
            OfficerCommand.Build(),
            StationCommand.Build(),
            DeviceCommand.Build(),
            BatchCommand.Build(),
            RootsCommand.Build(),
            LogCommand.Build(),
            VersionCommand(),
        };
        HelpWithExamples.AddTo(root);
        return root;
    }

    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false };
            return await Build().Parse(args).InvokeAsync(configuration);
        }
        catch (InvalidInputException wrong)
        {
            return Report(wrong.Message, ExitCodes.Usage);
        }
        catch (LogDefectException found)
        {
            return Report(found.Message, ExitCodes.EvidenceFails);
        }
        catch (RefusedByServiceException refusal)
        {
            return refusal.Problem.Print(Console.Error);
        }
        catch (WorldFaultException fault)
        {
            return Report($"{fault.Code}: {fault.Message}", ExitCodes.Fault);
        }
        catch (Exception cut) when (cut is HttpRequestException or HttpIOException)
        {
            return Report($"no-answer: {PlainText.Of(cut.Message)}", ExitCodes.Fault);
        }
        catch (OperationCanceledException)
        {
            return Report("interrupted", ExitCodes.Interrupted);
        }
        catch (Exception local) when (local is IOException or UnauthorizedAccessException)
        {
            // Network trouble arrives as WorldFaultException; what is left is the local disk.
            return Report(local.Message, ExitCodes.Usage);
        }
    }

    private static int Report(string message, int exitCode)
    {
        Console.Error.WriteLine($"signctl: {message}");
        return exitCode;
    }

    private static DocumentedCommand VersionCommand()
    {
        var command = new DocumentedCommand("version", "Prints the version.", "signctl version");
        command.SetAction(_ => Console.Out.WriteLine(Version));
        return command;
    }

    /// <summary>The build's version, with the commit when the build knew it.</summary>
    public static string Version { get; } =
        typeof(SignctlCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";
}

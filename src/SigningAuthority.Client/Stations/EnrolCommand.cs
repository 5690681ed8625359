using System.CommandLine;
using SigningAuthority.Client.CommandLine;

namespace SigningAuthority.Client.Stations;

/// <summary><c>signctl station enrol</c>: the station's key and request, then what is left to be done.</summary>
internal static class EnrolCommand
{
    public static Command Build()
    {
        var name = new Argument<string>("NAME") { Description = "The station's name, kebab-case: line-1." };
        var folder = new Option<string>("--folder")
        {
            Description = "Where NAME.key, NAME.csr and NAME.crt are.",
            DefaultValueFactory = _ => ".",
        };
        var command = new DocumentedCommand(
            "enrol",
            "Makes the station's key and request, once, and says what the operator is to run; with the certificate there, checks it. "
                + "Files that are there are never overwritten.",
            "signctl station enrol line-1 --folder /etc/line"
        )
        {
            name,
            folder,
        };
        command.SetAction(parsed =>
        {
            var files = new StationFiles(parsed.GetRequiredValue(name), parsed.GetRequiredValue(folder));
            if (!File.Exists(files.Key))
                files.Make();
            if (!File.Exists(files.Certificate))
            {
                Console.Error.WriteLine($"{files.Key} stays here. Bring {files.Request} to the operator, who runs:");
                Console.Out.WriteLine($"operator station enrol {files.Name} --csr {files.Request} --out {files.Certificate}");
                return ExitCodes.Pending;
            }

            using var certificate = files.Load();
            Console.Error.WriteLine(
                $"{files.Name} is enrolled until {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd}. For the other commands:"
            );
            Console.Out.WriteLine($"export SA_STATION_CERT='{Path.GetFullPath(files.Certificate)}'");
            Console.Out.WriteLine($"export SA_STATION_KEY='{Path.GetFullPath(files.Key)}'");
            return ExitCodes.Done;
        });
        return command;
    }
}

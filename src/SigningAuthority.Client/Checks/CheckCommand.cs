using System.CommandLine;
using System.Text.Json;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Client.Connections;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Client.Checks;

/// <summary><c>signctl check</c>: the authority's policy and the phones' rules, without a network.</summary>
internal static class CheckCommand
{
    private const string Description = """
        Checks a provisioning server's CSR before it is sent: by the very policy that the service decides by, and by the rules
        of the phones that are to accept the certificate. Nothing leaves this machine. What can't be known offline is said.
        Exit status 0: nothing found; 2: it would be refused.
        """;

    private static readonly Argument<string> Csr = new("CSR") { Description = "The certificate request, PEM or DER." };
    private static readonly Option<string[]> Devices = new("--device")
    {
        Description = "A device type that will be served (SPA962, SPA504G@7.5.6, …); repeat it.",
        Required = true,
    };
    private static readonly Option<string[]> Names = new("--name")
    {
        Description = "A name that is registered for you, with its subdomains; repeat it. Without it, the request's name is taken for one.",
    };
    private static readonly Option<string?> Configuration = new("--config")
    {
        Description = "A ca-config folder to judge by, instead of the one inside signctl.",
    };
    private static readonly Option<bool> Json = new("--json") { Description = "Print the whole result as JSON." };

    public static Command Build()
    {
        var command = new DocumentedCommand(
            "check",
            Description,
            "signctl check provserver.csr --device SPA962",
            "signctl check provserver.csr --device SPA504G@7.5.6 --device SPA2102 --name telco.net",
            "signctl check provserver.csr --device SPA962 --config ca-config --json"
        )
        {
            Csr,
            Devices,
            Names,
            Configuration,
            Json,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        var file = parsed.GetRequiredValue(Csr);
        if (!File.Exists(file))
            throw new InvalidInputException($"{file}: no such file.");
        var result = CheckedOffline.Run(
            ShippedConfiguration.Load(parsed.GetValue(Configuration)),
            File.ReadAllBytes(file),
            parsed.GetRequiredValue(Devices),
            [.. (parsed.GetValue(Names) ?? []).Select(ReadName)],
            TimeProvider.System.GetUtcNow()
        );
        if (parsed.GetValue(Json))
            Console.Out.WriteLine(JsonSerializer.Serialize(result, ReportJson.Options));
        else
            Print(Console.Out, result);
        return result.Accepted ? ExitCodes.Done : ExitCodes.Refused;
    }

    private static void Print(TextWriter output, CheckedOffline result)
    {
        output.WriteLine(
            result.Accepted
                ? $"accepted by policy {result.PolicyVersion}: would be signed by {string.Join(", ", result.Generations)}"
                : $"refused by policy {result.PolicyVersion}: {result.Violations.Count} rule(s) broken"
        );
        ViolationList.Print(output, result.Violations);
        if (result.Matrix.Count > 0)
        {
            output.WriteLine();
            MatrixTable.Print(output, result.Matrix);
            MatrixTable.PrintReasons(output, result.Matrix);
        }

        output.WriteLine();
        foreach (var warning in result.Warnings)
            output.WriteLine($"warning: {PlainText.Of(warning.Code)}: {PlainText.Of(warning.Message)}");
        output.WriteLine("not known offline:");
        foreach (var unknown in result.NotKnownOffline)
            output.WriteLine($"  {unknown}");
    }

    private static Fqdn ReadName(string text) =>
        Fqdn.TryParse(text, out var name)
            ? name
            : throw new InvalidInputException($"--name: '{text}' is not a fully qualified domain name. {Fqdn.Explain(text).Describe()}");
}

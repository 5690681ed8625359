using System.CommandLine;
using SigningAuthority.Client.Checks;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Issuance.Firmware;

namespace SigningAuthority.Client.Providers;

/// <summary><c>signctl matrix</c>: which phones accept what was issued, or what is asked for.</summary>
internal static class MatrixCommand
{
    public static Command Build()
    {
        var provider = new ProviderOptions();
        var id = RequestOptions.Id();
        var json = new Option<bool>("--json") { Description = "Print the service's document." };
        var command = new DocumentedCommand(
            "matrix",
            "Shows which phones accept a request's certificates: device family × firmware × generation; before issuance, what is asked for.",
            "signctl matrix 0193480c-7a00-7000-8000-5f3c2b1a0d9e",
            "signctl matrix 0193480c-7a00-7000-8000-5f3c2b1a0d9e --json"
        )
        {
            id,
            json,
        };
        provider.AddTo(command);

        command.SetAction(
            async (parsed, cancellation) =>
            {
                var request = RequestOptions.ParseId(parsed.GetRequiredValue(id));
                using var service = provider.Connect(parsed);
                var reply = await service.GetAsync($"/api/v1/provider/requests/{request}/matrix", TimeSpan.FromSeconds(30), cancellation);
                if (reply.Problem is { } problem)
                    return problem.Print(Console.Error);
                if (parsed.GetValue(json))
                    await Console.Out.WriteLineAsync(reply.Text);
                else
                    Print(Console.Out, reply.Parse<RequestMatrix>());
                return ExitCodes.Done;
            }
        );
        return command;
    }

    public static void Print(TextWriter output, RequestMatrix read)
    {
        MatrixTable.Print(output, read.Matrix);
        MatrixTable.PrintReasons(output, read.Matrix);
        foreach (var warning in read.Warnings ?? [])
            output.WriteLine($"warning: {PlainText.Of(warning.Code)}: {PlainText.Of(warning.Message)}");
        output.WriteLine(read.Issued ? "judged on the certificates as issued" : "nothing is issued yet: judged on what is asked for");
    }
}

/// <summary>The matrix as the service sends it.</summary>
internal sealed record RequestMatrix(bool Issued, IReadOnlyList<AcceptanceWarning>? Warnings, IReadOnlyList<MatrixRow> Matrix);

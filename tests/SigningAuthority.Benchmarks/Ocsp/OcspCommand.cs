using System.CommandLine;
using System.Globalization;

namespace SigningAuthority.Benchmarks.Ocsp;

/// <summary>ocsp: asks a running authority for the state of certificates and prints a row of a table.</summary>
internal static class OcspCommand
{
    public static Command Create()
    {
        var label = new Option<string>("--label") { Required = true };
        var url = new Option<string>("--url") { Description = "http://host:port of the front door's plain listener", Required = true };
        var connection = new Option<string>("--connection") { Description = "Reads serial numbers and the client root", Required = true };
        var certificates = new Option<int>("--certificates")
        {
            Description = "How many different ones are asked after, in turn",
            DefaultValueFactory = _ => 10_000,
        };
        var skip = new Option<int>("--skip") { Description = "Leaves out so many, asked after before" };
        var nonce = new Option<bool>("--nonce") { Description = "With a nonce in each, so that nothing stored can be the answer" };
        var once = new Option<bool>("--once") { Description = "Ends when each was asked after once" };
        var clients = new Option<int>("--clients") { DefaultValueFactory = _ => 64 };
        var seconds = new Option<double>("--seconds") { DefaultValueFactory = _ => 5 };
        var command = new Command("ocsp", "Asks for the state of devices' certificates and prints a row of a table.")
        {
            label,
            url,
            connection,
            certificates,
            skip,
            nonce,
            once,
            clients,
            seconds,
        };
        command.SetAction(
            async (parsed, cancellation) =>
            {
                var questions = await OcspQuestions.ReadAsync(
                    parsed.GetValue(connection)!,
                    parsed.GetValue(certificates),
                    parsed.GetValue(skip),
                    cancellation
                );
                var load = new OcspLoad(
                    new Uri(parsed.GetValue(url)!),
                    questions,
                    parsed.GetValue(nonce),
                    parsed.GetValue(once),
                    TimeSpan.FromSeconds(parsed.GetValue(seconds))
                );
                var result = await load.RunAsync(parsed.GetValue(clients), cancellation);
                Console.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"| {parsed.GetValue(label)} | {result.PerSecond:0} | {result.Percentile(50):0.0} | {result.Percentile(99):0.0} | {result.Answered} | {(result.Others == 0 ? "" : $"{result.Others} not answered with a state")} |"
                    )
                );
                return result.Others == 0 ? 0 : 1;
            }
        );
        return command;
    }
}

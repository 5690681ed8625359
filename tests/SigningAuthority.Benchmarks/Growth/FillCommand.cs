using System.CommandLine;

namespace SigningAuthority.Benchmarks.Growth;

/// <summary>fill: brings a private database to a number of certificates.</summary>
internal static class FillCommand
{
    public static Command Create()
    {
        var connection = new Option<string>("--connection")
        {
            Description = "A superuser's, to a database made for measuring",
            Required = true,
        };
        var to = new Option<int>("--to") { Description = "Certificates in the end", Required = true };
        var command = new Command(
            "fill",
            "Fills a database made for measuring with plausible rows. Never an authority's: its log would not verify any more."
        )
        {
            connection,
            to,
        };
        command.SetAction((parsed, cancellation) => FillTables.RunAsync(parsed.GetValue(connection)!, parsed.GetValue(to), cancellation));
        return command;
    }
}

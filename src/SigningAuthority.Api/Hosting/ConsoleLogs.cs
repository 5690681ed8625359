namespace SigningAuthority.Api.Hosting;

/// <summary>
/// One line an event on the console, for journald or a container's collector. No line ever holds a request's body, a token or a
/// key: what happened to requests stands in the issuance log.
/// </summary>
internal static class ConsoleLogs
{
    public static void AddConsoleLogs(this WebApplicationBuilder builder)
    {
        builder.Logging.ClearProviders();
        // systemd sets JOURNAL_STREAM for what it collects (systemd.exec(5)); journald adds the time by itself.
        if (Environment.GetEnvironmentVariable("JOURNAL_STREAM") is { Length: > 0 })
            builder.Logging.AddSystemdConsole();
        else
            builder.Logging.AddSimpleConsole(console =>
                (console.SingleLine, console.UseUtcTimestamp, console.TimestampFormat) = (true, true, "yyyy-MM-ddTHH:mm:ss.fffZ ")
            );
        builder.Logging.SetMinimumLevel(LogLevel.Information);
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        // The framework's own remarks on who was turned away; the issuance log has them.
        builder.Logging.AddFilter("SigningAuthority.Api.Access", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Information);
        builder.Logging.AddFilter("Npgsql", LogLevel.Warning);
        // ExplainFailures has said it already, without what must not be said.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Diagnostics", LogLevel.None);
    }
}

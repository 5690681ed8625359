namespace SigningAuthority.Outreach;

/// <summary>One line an event, for journald or a container's collector. Never a token, a challenge's value or an answer's body.</summary>
internal static class ConsoleLogs
{
    public static void Add(WebApplicationBuilder builder)
    {
        builder.Logging.ClearProviders();
        // systemd sets JOURNAL_STREAM for what it collects (systemd.exec(5)); journald adds the time by itself.
        if (Environment.GetEnvironmentVariable("JOURNAL_STREAM") is { Length: > 0 })
            builder.Logging.AddSystemdConsole();
        else
            builder.Logging.AddSimpleConsole(console =>
                (console.SingleLine, console.UseUtcTimestamp, console.TimestampFormat) = (true, true, "yyyy-MM-ddTHH:mm:ss.fffZ ")
            );
        builder.Logging.AddFilter("Npgsql", LogLevel.Warning);
    }
}

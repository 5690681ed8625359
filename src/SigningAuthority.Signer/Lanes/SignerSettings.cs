using System.Globalization;
using Microsoft.Extensions.Configuration;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Signer.Lanes;

/// <summary>What a running Signer is told by its environment.</summary>
/// <param name="Lanes">The lanes it serves; its token holds their keys.</param>
/// <param name="HealthAddress">Where it answers health and metrics; loopback, or null for nowhere.</param>
/// <param name="ConnectionString">Postgres as role sa_signer.</param>
/// <param name="LogOrigin">The log's name in checkpoints (C2SP tlog-checkpoint: a schema-less URL).</param>
/// <param name="Lease">How long claimed requests are its own, renewed at half of it while the token signs: short against the patience of a caller whose Signer died.</param>
/// <param name="LogStateFile">Where the log lane keeps its last signed checkpoint, outside of the database; null where it has no place.</param>
/// <param name="ClockTolerance">By how much the clocks of the Signers that serve the log lane may differ.</param>
/// <param name="ClockAcceptedUpTo">Entries up to this many were sealed by a clock that was ahead, and somebody knows why.</param>
/// <param name="Publication">Where certificates say that CRLs, OCSP and issuers are; null where no profile names addresses.</param>
/// <param name="BatchLimit">Requests claimed at once. Group commit: two durable commits a batch; beyond some hundreds a batch only makes its first member wait.</param>
internal sealed record SignerSettings(
    IReadOnlyList<Lane> Lanes,
    Uri? HealthAddress,
    string ConnectionString,
    string LogOrigin,
    string? LogStateFile,
    TimeSpan ClockTolerance,
    long ClockAcceptedUpTo,
    PublicationAddresses? Publication,
    TimeSpan Lease,
    int BatchLimit
)
{
    private const int LongestLeaseSeconds = 3600;
    private const int LargestBatch = 1000;
    private const int MostClockToleranceSeconds = 600;

    /// <exception cref="InvalidOperationException">A value is missing or can't be read; the message names its key.</exception>
    public static SignerSettings From(IConfiguration configuration)
    {
        var lanes = (configuration["Signer:Lanes"] ?? "Provider,Device,Log")
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(name =>
                Enum.TryParse<Lane>(name, ignoreCase: true, out var lane) && Enum.IsDefined(lane)
                    ? lane
                    : throw new InvalidOperationException(
                        $"Signer:Lanes: '{name}' is no lane; there are {string.Join(", ", Enum.GetNames<Lane>())}."
                    )
            )
            .Distinct()
            .ToList();
        var address = configuration["Signer:HealthAddress"] is { Length: > 0 } text ? new Uri(text) : null;
        if (address is { IsLoopback: false })
            throw new InvalidOperationException("Signer:HealthAddress must be a loopback address: the key room listens to nobody.");
        return new SignerSettings(
            lanes,
            address,
            RequireConnectionString(configuration),
            LogOriginOf(configuration),
            LogStateFileOf(configuration),
            TimeSpan.FromSeconds(ReadNumber(configuration, "Log:ClockToleranceSeconds", 10, MostClockToleranceSeconds)),
            ReadSize(configuration, "Log:ClockAcceptedUpTo"),
            PublicationAddressSetting.From(configuration),
            TimeSpan.FromSeconds(ReadNumber(configuration, "Signer:LeaseSeconds", 60, LongestLeaseSeconds)),
            ReadNumber(configuration, "Signer:BatchLimit", 256, LargestBatch)
        );
    }

    private static int ReadNumber(IConfiguration configuration, string key, int otherwise, int most)
    {
        if (configuration[key] is not { Length: > 0 } text)
            return otherwise;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most
            ? number
            : throw new InvalidOperationException($"{key}: '{text}' is not a number from 1 to {most}.");
    }

    private static long ReadSize(IConfiguration configuration, string key)
    {
        if (configuration[key] is not { Length: > 0 } text)
            return 0;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            ? size
            : throw new InvalidOperationException($"{key}: '{text}' is not a number of entries.");
    }

    // systemd.exec(5): STATE_DIRECTORY is what StateDirectory= made, several are separated by colons.
    private static string? LogStateFileOf(IConfiguration configuration) =>
        configuration["Log:StateFile"] is { Length: > 0 } file ? Path.GetFullPath(file)
        : configuration["STATE_DIRECTORY"] is { Length: > 0 } folders ? Path.Combine(folders.Split(':')[0], "log.state")
        : null;

    public static string LogOriginOf(IConfiguration configuration) => configuration["Log:Origin"] ?? "signing-authority.local/log";

    public static string RequireConnectionString(IConfiguration configuration) =>
        configuration["Database:Connection"] is { Length: > 0 } text
            ? text
            : throw new InvalidOperationException("Database:Connection is not configured (environment: Database__Connection).");

    /// <exception cref="InvalidConfigurationException">ca-config can't be used.</exception>
    public static AuthorityConfiguration LoadConfiguration(IConfiguration configuration) =>
        AuthorityConfiguration.Load(
            configuration["CaConfig:Folder"]
                ?? throw new InvalidOperationException("CaConfig:Folder is not configured (environment: CaConfig__Folder).")
        );
}

using SigningAuthority.Api.Publication;
using SigningAuthority.Issuance.Certificates;

namespace SigningAuthority.Api.Hosting;

/// <summary>What the environment tells this process; "A:B" is the variable A__B.</summary>
internal sealed record ApiSettings
{
    public required string ConfigurationFolder { get; init; }

    /// <summary>As role sa_api.</summary>
    public required string DatabaseConnection { get; init; }

    /// <summary>As role sa_auditor, which can only read.</summary>
    public required string AuditorConnection { get; init; }

    /// <summary>https://address:port.</summary>
    public required Uri Address { get; init; }

    /// <summary>PEM, the leaf first.</summary>
    public required string TlsCertificate { get; init; }

    /// <summary>PEM.</summary>
    public required string TlsKey { get; init; }

    /// <summary>http://address:port for what certificates refer to (/aia, /crl, /ocsp), /health and /metrics alone; null for none.</summary>
    public Uri? PlainAddress { get; init; }

    /// <summary>Where this installation publishes by plain HTTP, as certificates name it; null where none do.</summary>
    public PublicationAddresses? Publication { get; init; }

    /// <summary>https://host[:port] as callers know this door, where that is not the name they asked for with this door's own port.</summary>
    public Uri? PublicAddress { get; init; }

    /// <summary>How long a station's request waits for its certificate.</summary>
    public TimeSpan StationWait { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Stations' requests that may wait at one time; more are told to come back.</summary>
    public int MostWaiting { get; init; } = 1024;

    /// <summary>How long a batch may pause between two lines.</summary>
    public TimeSpan BatchIdle { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Who may take the log's entries in bundles: "auditors", or "public" for everybody.</summary>
    public LogEntriesAccess LogEntries { get; init; }

    /// <summary>Where revocation lists are kept to be served; a temporary folder where it is not said.</summary>
    public string? CacheFolder { get; init; }

    /// <exception cref="InvalidSettingsException">Some are missing or make no sense; all are named.</exception>
    public static ApiSettings Read(IConfiguration configuration)
    {
        var reader = new SettingsReader(configuration);
        var settings = new ApiSettings
        {
            ConfigurationFolder = reader.Text("CaConfig:Folder"),
            DatabaseConnection = reader.Text("Database:Connection"),
            AuditorConnection = reader.Text("Database:AuditorConnection"),
            Address = reader.Address("Api:Address", "https"),
            TlsCertificate = reader.File("Api:TlsCertificate"),
            TlsKey = reader.File("Api:TlsKey"),
            PlainAddress = configuration["Api:PlainAddress"] is { Length: > 0 } ? reader.Address("Api:PlainAddress", "http") : null,
            Publication = reader.Publication("Publication:Address"),
            PublicAddress = configuration["Api:PublicAddress"] is { Length: > 0 } ? reader.Address("Api:PublicAddress", "https") : null,
            StationWait = TimeSpan.FromSeconds(reader.Number("Api:StationWaitSeconds", 30, 1, 120)),
            MostWaiting = reader.Number("Api:MostWaiting", 1024, 1, 100_000),
            CacheFolder = configuration["Publication:CacheFolder"] is { Length: > 0 } folder ? folder : null,
            LogEntries = reader.OneOf<LogEntriesAccess>("Publication:LogEntries"),
            BatchIdle = TimeSpan.FromSeconds(reader.Number("Api:BatchIdleSeconds", 300, 1, 3600)),
        };
        return reader.Defects.Count == 0 ? settings : throw new InvalidSettingsException(reader.Defects);
    }
}

/// <summary>The process can't start with these settings.</summary>
internal sealed class InvalidSettingsException(IReadOnlyList<string> defects)
    : Exception("The settings can't be used:" + string.Concat(defects.Select(defect => Environment.NewLine + "  " + defect)));

using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using SigningAuthority.Issuance.Configuration;

namespace SigningAuthority.Issuance.Production.Intake;

/// <summary>A production order as somebody wrote it, at the command line or in a file: nothing of it is checked. Also the shape of a file.</summary>
public sealed record ProposedOrder
{
    /// <summary>A key of ca-config/stations/; null where an operator gives the order by hand.</summary>
    public string? SignedBy { get; init; }

    public required string Order { get; init; }

    public required IReadOnlyList<string> Products { get; init; }

    public required IReadOnlyList<string> MacRanges { get; init; }

    public required IReadOnlyList<string> Serials { get; init; }

    public required int Quantity { get; init; }

    public required IReadOnlyList<string> Stations { get; init; }

    [JsonConverter(typeof(OrderTime))]
    public required DateTimeOffset NotBefore { get; init; }

    [JsonConverter(typeof(OrderTime))]
    public required DateTimeOffset NotAfter { get; init; }

    public string? Profile { get; init; }

    public KeySource KeySource { get; init; } = KeySource.Device;

    /// <summary>As ca-config's files are read: each key once, none that is unknown, none missing.</summary>
    /// <returns>The order, or what is wrong with the file.</returns>
    public static (ProposedOrder? Order, string? Defect) Read(ReadOnlySpan<byte> json)
    {
        try
        {
            var read = JsonSerializer.Deserialize<ProposedOrder>(json, ConfigurationFiles.Json);
            if (read is null || read.Lists.Any(list => list.Any(item => item is null)))
                return (null, "It holds null where a value must be.");
            return (read, null);
        }
        catch (JsonException exception)
        {
            return (null, exception.Message);
        }
    }

    private IEnumerable<IReadOnlyList<string?>> Lists => [Products, MacRanges, Serials, Stations];
}

/// <summary>A file of a production order and its detached signature, as they came.</summary>
public sealed record SignedOrderFile(ReadOnlyMemory<byte> File, ReadOnlyMemory<byte> Signature)
{
    public string FileSha256 => Convert.ToHexStringLower(SHA256.HashData(File.Span));
}

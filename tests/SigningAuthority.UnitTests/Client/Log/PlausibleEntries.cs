using System.Globalization;
using System.Security.Cryptography;
using SigningAuthority.IssuanceLog.Entries;

namespace SigningAuthority.UnitTests.Client.Log;

/// <summary>What an authority's log holds: for each device the request, the intent and the issuance, as long as real ones.</summary>
internal static class PlausibleEntries
{
    public static readonly DateTimeOffset Start = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    private static readonly string PolicyHash = Convert.ToHexStringLower(SHA256.HashData("policy"u8));

    /// <summary>Three entries a device, without end; the same each time.</summary>
    public static IEnumerable<LogEntry> All()
    {
        for (var device = 1L; ; device++)
        {
            foreach (var entry in Of(device, device))
                yield return entry;
        }
    }

    /// <param name="device">Tells this device from others.</param>
    /// <param name="issuerSequence">Which certificate of its authority it gets.</param>
    public static IReadOnlyList<LogEntry> Of(long device, long issuerSequence) =>
        [Submitted(device), Intended(device, issuerSequence), Issued(device)];

    public static CertificateIntended Intended(long device, long issuerSequence) =>
        new()
        {
            At = At(device),
            Actor = "signer/local",
            Subject = Mac(device),
            RequestId = Request(device),
            Mac = Mac(device),
            Serial = Serial(device),
            Authority = "client",
            SerialNumber = SerialNumber(device),
            ToBeSignedSha256 = Digest(device, 't'),
            Profile = "device-client",
            NotBefore = Start,
            NotAfter = Start.AddYears(20),
            PolicyVersion = "7",
            PolicyHash = PolicyHash,
            IssuerSequence = issuerSequence,
        };

    public static CertificateIssued Issued(long device) =>
        new()
        {
            At = At(device),
            Actor = "signer/local",
            Subject = Mac(device),
            RequestId = Request(device),
            Mac = Mac(device),
            Serial = Serial(device),
            Fingerprint = Digest(device, 'c'),
            Authority = "client",
            SerialNumber = SerialNumber(device),
            ToBeSignedSha256 = Digest(device, 't'),
            NotBefore = Start,
            NotAfter = Start.AddYears(20),
        };

    private static RequestSubmitted Submitted(long device) =>
        new()
        {
            At = At(device),
            Actor = "station/line-1",
            Subject = Mac(device),
            RequestId = Request(device),
            Mac = Mac(device),
            Serial = Serial(device),
            Kind = "Device",
            CsrSha256 = Digest(device, 'r'),
            PublicKeySha256 = Digest(device, 'k'),
            Devices = ["SPA962"],
            Generations = ["client"],
            PolicyVersion = "7",
            PolicyHash = PolicyHash,
            SourceAddress = "192.0.2.7",
            Order = "standing",
        };

    private static DateTimeOffset At(long device) => Start.AddMilliseconds(device);

    private static string Mac(long device) => string.Create(CultureInfo.InvariantCulture, $"000E08{device & 0xFFFFFF:X6}");

    private static string Serial(long device) => string.Create(CultureInfo.InvariantCulture, $"FM500H{device:000000}");

    private static string SerialNumber(long device) => "4C" + Digest(device, 's')[..30].ToUpperInvariant();

    private static Guid Request(long device) => new(0x01930000, (short)(device >> 48), 0x7000, BitConverter.GetBytes(device));

    private static string Digest(long device, char of)
    {
        Span<byte> about = stackalloc byte[sizeof(long) + 1];
        BitConverter.TryWriteBytes(about, device);
        about[^1] = (byte)of;
        return Convert.ToHexStringLower(SHA256.HashData(about));
    }
}

using SigningAuthority.IssuanceLog.Entries;

namespace SigningAuthority.UnitTests.IssuanceLog.Tiles;

/// <summary>Entries as an authority at work writes them: intents and certificates of two issuers, and other acts between.</summary>
internal static class SampleLog
{
    internal static readonly DateTimeOffset Start = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    private static readonly string Digest = new('a', 64);

    internal static List<byte[]> Entries(int count)
    {
        var entries = new List<LogEntry>(count);
        for (var i = 0; entries.Count < count; i++)
        {
            var at = Start.AddMilliseconds(10 * i);
            var authority = i % 3 == 0 ? "servers" : "devices";
            entries.Add(Intended(authority, i, i % 3 == 0 ? (i / 3) + 1 : i - (i / 3), at));
            if (i % 7 == 6)
                entries.Add(
                    new RootsDownloaded
                    {
                        At = at,
                        Actor = "anonymous",
                        Name = "roots",
                        Format = "pem",
                    }
                );

            // The certificate of the intent before: some are under way at any time.
            if (i > 0)
                entries.Add(Issued((i - 1) % 3 == 0 ? "servers" : "devices", i - 1, at));
        }

        return [.. entries.Take(count).Select(entry => entry.Encode())];
    }

    internal static CertificateIntended Intended(string authority, int serial, long? number, DateTimeOffset? at = null) =>
        new()
        {
            At = at ?? Start,
            Actor = "signer/1",
            Authority = authority,
            SerialNumber = $"{serial:X8}",
            ToBeSignedSha256 = $"{serial:x64}",
            Profile = "device",
            NotBefore = Start,
            NotAfter = Start.AddYears(1),
            PolicyVersion = "1",
            PolicyHash = Digest,
            IssuerSequence = number,
        };

    internal static CertificateIssued Issued(string authority, int serial, DateTimeOffset? at = null) =>
        new()
        {
            At = at ?? Start,
            Actor = "signer/1",
            Fingerprint = $"{serial:x64}",
            Authority = authority,
            SerialNumber = $"{serial:X8}",
            ToBeSignedSha256 = $"{serial:x64}",
            NotBefore = Start,
            NotAfter = Start.AddYears(1),
        };
}

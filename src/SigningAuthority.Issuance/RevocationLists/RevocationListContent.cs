using System.Buffers.Binary;
using System.Security.Cryptography;
using SigningAuthority.Issuance.Certificates;

namespace SigningAuthority.Issuance.RevocationLists;

/// <summary>
/// What the entries of a list say, in constant memory: their number, and a digest of serial numbers, times and reasons in their order. Made
/// once of what is to stand on the list and once of what its bytes were decoded to, and compared. Not thread-safe.
/// </summary>
public sealed class RevocationListContent : IDisposable
{
    // Length and octets of a serial number, seconds, reason: of one form, so that no two entries are one string.
    private const int MostOctets = 1 + 20 + sizeof(long) + 1;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public long Entries { get; private set; }

    /// <summary>Of all entries so far.</summary>
    public byte[] Sha256 => _hash.GetCurrentHash();

    public static RevocationListContent Of(IEnumerable<RevocationListEntry> entries)
    {
        var content = new RevocationListContent();
        foreach (var entry in entries)
            content.Add(entry.SerialNumber.ToBytes(), entry.RevokedAt, entry.Reason);
        return content;
    }

    /// <param name="serialNumber">Big-endian magnitude of 1 to 20 octets.</param>
    /// <param name="revokedAt">Whole seconds.</param>
    /// <param name="reason">Unspecified where the entry has none.</param>
    public void Add(ReadOnlySpan<byte> serialNumber, DateTimeOffset revokedAt, RevocationReason reason)
    {
        Span<byte> octets = stackalloc byte[MostOctets];
        octets[0] = (byte)serialNumber.Length;
        serialNumber.CopyTo(octets[1..]);
        var at = 1 + serialNumber.Length;
        BinaryPrimitives.WriteInt64BigEndian(octets[at..], revokedAt.ToUnixTimeSeconds());
        at += sizeof(long);
        octets[at++] = (byte)reason;
        _hash.AppendData(octets[..at]);
        Entries++;
    }

    public void Dispose() => _hash.Dispose();
}

using System.Buffers.Binary;
using SigningAuthority.IssuanceLog.Entries;

namespace SigningAuthority.IssuanceLog.Tiles;

/// <summary>
/// A tile of entries: each with its length, a big-endian 16-bit number, before it (C2SP tlog-tiles, "Log entries").
/// </summary>
public static class EntryBundle
{
    private const int LengthOctets = sizeof(ushort);

    /// <exception cref="ArgumentException">An entry is longer than 65,535 octets.</exception>
    public static byte[] Encode(IEnumerable<byte[]> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        using var bundle = new MemoryStream();
        Span<byte> length = stackalloc byte[LengthOctets];
        foreach (var entry in entries)
        {
            if (entry.Length > LogEntry.MaxEncodedOctets)
                throw new ArgumentException($"An entry of {entry.Length} octets does not fit a bundle.", nameof(entries));

            BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)entry.Length);
            bundle.Write(length);
            bundle.Write(entry);
        }

        return bundle.ToArray();
    }

    /// <summary>The entries, in order, as parts of the bundle's own memory.</summary>
    /// <param name="bundle">All of it.</param>
    /// <param name="count">How many entries it must hold: its path's width.</param>
    /// <exception cref="FormatException">The bundle holds fewer entries, or more octets.</exception>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Read(ReadOnlyMemory<byte> bundle, int count)
    {
        var entries = new List<ReadOnlyMemory<byte>>(count);
        while (entries.Count < count)
        {
            if (bundle.Length < LengthOctets)
                throw new FormatException($"The bundle ends after {entries.Count} of {count} entries.");

            var length = BinaryPrimitives.ReadUInt16BigEndian(bundle.Span);
            if (bundle.Length < LengthOctets + length)
                throw new FormatException($"The bundle ends within entry {entries.Count} of {count}.");

            entries.Add(bundle.Slice(LengthOctets, length));
            bundle = bundle[(LengthOctets + length)..];
        }

        return bundle.IsEmpty ? entries : throw new FormatException($"{bundle.Length} octets follow the bundle's {count} entries.");
    }
}

using System.Buffers.Binary;
using System.Text;

namespace SigningAuthority.Resolution;

/// <summary>Writes one question (RFC 1035 §4.1). Without EDNS: what doesn't fit 512 octets is asked for again over TCP.</summary>
internal static class DnsQuery
{
    internal const int HeaderLength = 12;
    internal const ushort TypeCname = 5;
    internal const ushort ClassInternet = 1;
    private const ushort RecursionDesired = 0x0100;

    public static byte[] Write(ushort id, DnsName name, DnsRecordType type)
    {
        var labels = name.Value.Split('.');
        var message = new byte[HeaderLength + name.Value.Length + 2 + 4];
        BinaryPrimitives.WriteUInt16BigEndian(message, id);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), RecursionDesired);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(4), 1); // QDCOUNT

        var position = HeaderLength;
        foreach (var label in labels)
        {
            message[position++] = (byte)label.Length; // a DnsName's label has at most 63 octets
            position += Encoding.ASCII.GetBytes(label, message.AsSpan(position));
        }

        position++; // the root's empty label
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(position), (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(position + 2), ClassInternet);
        return message;
    }
}

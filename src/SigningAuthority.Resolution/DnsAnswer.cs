using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text;

namespace SigningAuthority.Resolution;

/// <summary>What a resolver answered to one question.</summary>
/// <param name="ResponseCode">RFC 1035 §4.1.1: 0 no error, 2 server failure, 3 no such name.</param>
/// <param name="IsTruncated">The message did not fit a datagram; the records may be incomplete.</param>
/// <param name="Addresses">The A or AAAA records of the name asked for, or of what its CNAME chain ends in.</param>
/// <param name="Texts">Likewise its TXT records, the strings of each joined as RFC 7208 §3.3 does; an octet is a character.</param>
public sealed record DnsAnswer(int ResponseCode, bool IsTruncated, IReadOnlyList<IPAddress> Addresses, IReadOnlyList<string> Texts)
{
    public const int NoError = 0;
    public const int NoSuchName = 3;
    private const int LongestChain = 8;

    /// <summary>False for anything but a well-formed answer with this id to this very question: such a datagram is not for us.</summary>
    internal static bool TryRead(
        ReadOnlySpan<byte> message,
        ushort id,
        DnsName asked,
        DnsRecordType type,
        [NotNullWhen(true)] out DnsAnswer? answer
    )
    {
        answer = null;
        var reader = new DnsReader(message);
        if (
            !reader.TryReadUInt16(out var itsId)
            || itsId != id
            || !reader.TryReadUInt16(out var flags)
            || !IsStandardResponse(flags)
            || !reader.TryReadUInt16(out var questions)
            || questions != 1
            || !reader.TryReadUInt16(out var answers)
            || !reader.TryReadUInt16(out _)
            || !reader.TryReadUInt16(out _) // authority and additional sections are not ours
            || !EchoesQuestion(ref reader, asked, type)
        )
        {
            return false;
        }

        var isTruncated = (flags & 0x0200) != 0;
        var records = ReadRecords(ref reader, answers, type);
        if (records is null && !isTruncated)
            return false;

        var ours = RecordsOf(asked.Value, records ?? []);
        answer = new DnsAnswer(
            flags & 0x000F,
            isTruncated,
            type == DnsRecordType.Txt ? [] : [.. ours.Select(data => new IPAddress(data))],
            type == DnsRecordType.Txt ? [.. ours.Select(JoinStrings).OfType<string>()] : []
        );
        return true;
    }

    // QR set, OPCODE 0.
    private static bool IsStandardResponse(ushort flags) => (flags & 0xF800) == 0x8000;

    // RFC 5452 §9.1: a response whose question is not the one asked is discarded.
    private static bool EchoesQuestion(ref DnsReader reader, DnsName asked, DnsRecordType type) =>
        reader.TryReadName(out var name)
        && name == asked.Value
        && reader.TryReadUInt16(out var itsType)
        && itsType == (ushort)type
        && reader.TryReadUInt16(out var @class)
        && @class == DnsQuery.ClassInternet;

    private static List<Record>? ReadRecords(ref DnsReader reader, int count, DnsRecordType asked)
    {
        var records = new List<Record>();
        for (var i = 0; i < count; i++)
        {
            if (
                !reader.TryReadName(out var owner)
                || !reader.TryReadUInt16(out var type)
                || !reader.TryReadUInt16(out var @class)
                || !reader.TryReadBytes(4, out _)
                || !reader.TryReadUInt16(out var length)
            ) // the TTL: we ask once and forget
            {
                return null;
            }

            var afterHead = reader;
            if (!reader.TryReadBytes(length, out var data))
                return null;
            if (@class != DnsQuery.ClassInternet)
                continue;
            if (type == (ushort)asked && HasLengthOf(asked, data.Length))
                records.Add(new Record(owner, data.ToArray(), CanonicalName: null));
            if (type == DnsQuery.TypeCname && afterHead.TryReadName(out var target))
                records.Add(new Record(owner, Data: null, target));
        }

        return records;
    }

    private static bool HasLengthOf(DnsRecordType type, int length) =>
        type switch
        {
            DnsRecordType.A => length == 4,
            DnsRecordType.Aaaa => length == 16,
            _ => true,
        };

    private static List<byte[]> RecordsOf(string name, List<Record> records)
    {
        for (var link = 0; link < LongestChain; link++)
        {
            var owner = name;
            if (records.Find(record => record.Owner == owner && record.CanonicalName is not null) is not { CanonicalName: { } target })
                break;
            name = target;
        }

        return [.. records.Where(record => record.Owner == name && record.Data is not null).Select(record => record.Data!)];
    }

    // RFC 1035 §3.3.14: one or more <character-string>s, each a length octet and that many octets.
    private static string? JoinStrings(byte[] data)
    {
        var text = new StringBuilder();
        for (var position = 0; position < data.Length; position += 1 + data[position])
        {
            if (position + 1 + data[position] > data.Length)
                return null;
            text.Append(Encoding.Latin1.GetString(data, position + 1, data[position]));
        }

        return text.ToString();
    }

    private sealed record Record(string Owner, byte[]? Data, string? CanonicalName);
}

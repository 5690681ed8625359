using System.Diagnostics.CodeAnalysis;
using System.Net;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Client.Resolution;

/// <summary>What a resolver answered to <see cref="DnsQuery.ForAddresses"/>.</summary>
/// <param name="ResponseCode">RFC 1035 §4.1.1: 0 no error, 2 server failure, 3 no such name.</param>
/// <param name="IsTruncated">The message did not fit a datagram; the addresses may be incomplete.</param>
/// <param name="Addresses">The A records of the name asked for, or of what its CNAME chain ends in.</param>
internal sealed record DnsAnswer(int ResponseCode, bool IsTruncated, IReadOnlyList<IPAddress> Addresses)
{
    public const int NoError = 0;
    public const int NoSuchName = 3;
    private const int LongestChain = 8;

    /// <summary>False for anything but a well-formed answer with this id to this very question: such a datagram is not for us.</summary>
    public static bool TryRead(ReadOnlySpan<byte> datagram, ushort id, Fqdn asked, [NotNullWhen(true)] out DnsAnswer? answer)
    {
        answer = null;
        var reader = new DnsReader(datagram);
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
            || !EchoesQuestion(ref reader, asked)
        )
        {
            return false;
        }

        var isTruncated = (flags & 0x0200) != 0;
        var records = ReadRecords(ref reader, answers);
        if (records is null && !isTruncated)
            return false;

        answer = new DnsAnswer(flags & 0x000F, isTruncated, AddressesOf(asked.Value, records ?? []));
        return true;
    }

    // QR set, OPCODE 0.
    private static bool IsStandardResponse(ushort flags) => (flags & 0xF800) == 0x8000;

    // RFC 5452 §9.1: a response whose question is not the one asked is discarded.
    private static bool EchoesQuestion(ref DnsReader reader, Fqdn asked) =>
        reader.TryReadName(out var name)
        && name == asked.Value
        && reader.TryReadUInt16(out var type)
        && type == DnsQuery.TypeA
        && reader.TryReadUInt16(out var @class)
        && @class == DnsQuery.ClassInternet;

    private static List<Record>? ReadRecords(ref DnsReader reader, int count)
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
            if (type == DnsQuery.TypeA && data.Length == 4)
                records.Add(new Record(owner, new IPAddress(data), CanonicalName: null));
            if (type == DnsQuery.TypeCname && afterHead.TryReadName(out var target))
                records.Add(new Record(owner, Address: null, target));
        }

        return records;
    }

    private static List<IPAddress> AddressesOf(string name, List<Record> records)
    {
        for (var link = 0; link < LongestChain; link++)
        {
            var owner = name;
            if (records.Find(record => record.Owner == owner && record.CanonicalName is not null) is not { CanonicalName: { } target })
                break;
            name = target;
        }

        return [.. records.Where(record => record.Owner == name && record.Address is not null).Select(record => record.Address!)];
    }

    private sealed record Record(string Owner, IPAddress? Address, string? CanonicalName);
}

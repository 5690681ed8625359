using System.Formats.Asn1;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Certificates.Lint;

namespace SigningAuthority.Issuance.RevocationLists.Lint;

/// <summary>Reads the entries of one list in their order, and says what is wrong with each. Remembers one serial number: the last.</summary>
/// <param name="bytes">At the first entry.</param>
/// <param name="plan">Of the list.</param>
/// <param name="content">Is told of every entry that can be read.</param>
internal sealed class EntryReader(DerStream bytes, RevocationListPlan plan, RevocationListContent content)
{
    private const int MostSerialOctets = 20;
    private const byte RemoveFromCrl = 8;

    private readonly byte[] _previous = new byte[MostSerialOctets];
    private int _previousLength;

    /// <summary>Consumes one entry. One finding suffices: with it nothing is signed.</summary>
    /// <exception cref="AsnContentException">It is no entry.</exception>
    public LintFinding? Read()
    {
        var entry = bytes.ReadContent(0x30, "an entry");
        var serial = TakeContent(ref entry, 0x02, "userCertificate");
        if (serial.Length is 0 or > MostSerialOctets || serial[0] > 0x7F || (serial[0] == 0 && (serial.Length == 1 || serial[1] <= 0x7F)))
            return new(
                "crl-entry-serial-number",
                "RFC 5280 §4.1.2.2, X.690 §8.3.2",
                $"{Convert.ToHexString(serial)} is no positive number of at most 20 octets in its shortest form."
            );

        var magnitude = serial[0] == 0 ? serial[1..] : serial;
        // One ascending order and no other shows, in constant memory, that none is there twice.
        var isAscending = _previous.AsSpan(0, _previousLength).SequenceCompareTo(magnitude) < 0;
        magnitude.CopyTo(_previous);
        _previousLength = magnitude.Length;
        if (!isAscending)
            return new(
                "crl-entry-order",
                "RFC 5280 §5.1.2.6",
                $"{Convert.ToHexString(magnitude)} is there twice, or not after the entry before it."
            );

        DerStream.Require(entry.Length > 0, "revocationDate is missing.");
        var tag = entry[0];
        var time = ListTime.Read(tag, TakeContent(ref entry, tag, "revocationDate"));
        // The last octet of the one extension that there may be; whether it is that one is looked at below.
        content.Add(magnitude, time.Time, entry.Length == 0 ? RevocationReason.Unspecified : (RevocationReason)entry[^1]);
        if (!time.IsInItsForm)
            return new(
                "crl-entry-time-form",
                "RFC 5280 §5.1.2.4, §5.1.2.6",
                $"revocationDate of {Convert.ToHexString(magnitude)} is GeneralizedTime before 2050."
            );
        if (time.Time > plan.ThisUpdate)
            return new(
                "crl-entry-ahead",
                "RFC 5280 §5.1.2.4, §5.1.2.6",
                $"{Convert.ToHexString(magnitude)} is revoked after thisUpdate, when the list was made."
            );
        return entry.Length == 0 ? null : FindInReason(entry, magnitude);
    }

    /// <summary>The one extension that entries of ours have: reasonCode, not critical (§5.3.1).</summary>
    private LintFinding? FindInReason(ReadOnlySpan<byte> extensions, ReadOnlySpan<byte> serial)
    {
        if (extensions is not [0x30, 0x0C, 0x30, 0x0A, 0x06, 0x03, 0x55, 0x1D, 0x15, 0x04, 0x03, 0x0A, 0x01, var reason])
            return new(
                "crl-entry-extensions",
                "RFC 5280 §5.3",
                $"{Convert.ToHexString(serial)} has other extensions than a reasonCode that is not critical."
            );
        return reason switch
        {
            0 => new("crl-entry-unspecified", "RFC 5280 §5.3.1", "unspecified is written out; it should be absent."),
            7 or > 10 => new("crl-entry-reason", "RFC 5280 §5.3.1", $"{reason} is no reason."),
            RemoveFromCrl when plan.BaseNumber is null => new(
                "crl-entry-remove",
                "RFC 5280 §5.3.1",
                $"removeFromCRL of {Convert.ToHexString(serial)} is on a list that is no delta."
            ),
            _ => null,
        };
    }

    /// <summary>Entries are far below 128 octets: each length is one octet.</summary>
    private static ReadOnlySpan<byte> TakeContent(ref ReadOnlySpan<byte> from, byte tag, string what)
    {
        if (from.Length < 2 || from[0] != tag || from[1] > 0x7F || from.Length < 2 + from[1])
            throw new AsnContentException($"An entry has no {what} where it belongs.");
        var content = from.Slice(2, from[1]);
        from = from[(2 + from[1])..];
        return content;
    }
}

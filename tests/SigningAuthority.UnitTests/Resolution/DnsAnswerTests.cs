using System.Net;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using SigningAuthority.Resolution;
using Xunit;

namespace SigningAuthority.UnitTests.Resolution;

public sealed class DnsAnswerTests
{
    private const ushort Id = 0x1234;
    private static readonly DnsName Name = DnsName.Parse("pv.telco.net");
    private static readonly byte[] Question = [.. Encoding.ASCII.GetBytes("\x02pv\x05telco\x03net\0"), 0, 1, 0, 1];
    private static readonly byte[] ToName = [0xC0, 12];

    [Fact]
    public void The_question_is_that_of_RFC_1035()
    {
        byte[] expected = [0x12, 0x34, 0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 0, .. Question];
        Assert.Equal(expected, DnsQuery.Write(Id, Name, DnsRecordType.A));
    }

    [Fact]
    public void Addresses_are_read_in_order_through_compression_pointers() =>
        Assert.Equal(["192.0.2.7", "192.0.2.8"], Addresses(Message([A(ToName, 192, 0, 2, 7), A(ToName, 192, 0, 2, 8)])));

    [Fact]
    public void A_chain_of_canonical_names_is_followed()
    {
        byte[] target = [.. Encoding.ASCII.GetBytes("\x01" + "b\x05Telco\x03NET\0")];
        Assert.Equal(["192.0.2.9"], Addresses(Message([Record(ToName, 5, target), A(target, 192, 0, 2, 9)])));
    }

    [Fact]
    public void Records_of_other_names_types_and_classes_are_passed_over()
    {
        byte[] other = [.. Encoding.ASCII.GetBytes("\x01x\x03net\0")];
        byte[][] records =
        [
            A(other, 192, 0, 2, 1),
            Record(ToName, 28, new byte[16]),
            Record(ToName, 1, [192, 0, 2, 2], recordClass: 3),
            Record(ToName, 1, [1, 2, 3]),
        ];
        Assert.Empty(Addresses(Message(records)));
    }

    [Fact]
    public void A_loop_of_canonical_names_ends_without_address() => Assert.Empty(Addresses(Message([Record(ToName, 5, ToName)])));

    [Fact]
    public void A_name_that_does_not_exist_is_an_answer()
    {
        var answer = Read(Message([], flags: 0x8183));
        Assert.Equal(DnsAnswer.NoSuchName, answer?.ResponseCode);
        Assert.Empty(answer!.Addresses);
    }

    [Fact]
    public void A_truncated_message_is_known_as_such() => Assert.True(Read(Message([], flags: 0x8380, answers: 3))?.IsTruncated);

    [Theory]
    [InlineData(0x0180)] // a query
    [InlineData(0x8980)] // another operation
    public void A_message_that_is_no_standard_response_is_ignored(int flags) => Assert.Null(Read(Message([], flags)));

    [Fact]
    public void Another_id_is_ignored() =>
        Assert.False(DnsAnswer.TryRead(Message([A(ToName, 192, 0, 2, 7)]), Id + 1, Name, DnsRecordType.A, out _));

    [Fact]
    public void Another_question_is_ignored() =>
        Assert.False(DnsAnswer.TryRead(Message([A(ToName, 192, 0, 2, 7)]), Id, DnsName.Parse("pv.telco.org"), DnsRecordType.A, out _));

    [Fact]
    public void A_pointer_forwards_or_to_itself_is_ignored()
    {
        byte[] itself = [0xC0, (byte)(DnsQuery.HeaderLength + Question.Length)];
        Assert.Null(Read(Message([A(itself, 192, 0, 2, 7)])));
    }

    [Fact]
    public void Every_shorter_message_is_ignored_without_a_fault()
    {
        var whole = Message([A(ToName, 192, 0, 2, 7)]);
        Assert.All(Enumerable.Range(0, whole.Length), length => Assert.Null(Read(whole[..length])));
    }

    [Fact]
    public void No_datagram_makes_the_reader_fail() =>
        Prop.ForAll<byte[]>(tail =>
            {
                DnsAnswer.TryRead(tail, Id, Name, DnsRecordType.A, out _);
                DnsAnswer.TryRead([.. Message([], answers: 2), .. tail], Id, Name, DnsRecordType.A, out _);
            })
            .QuickCheckThrowOnFailure();

    private static DnsAnswer? Read(byte[] message) => DnsAnswer.TryRead(message, Id, Name, DnsRecordType.A, out var answer) ? answer : null;

    private static IEnumerable<string> Addresses(byte[] message) => Read(message)!.Addresses.Select(address => address.ToString());

    private static byte[] Message(byte[][] records, int flags = 0x8180, int? answers = null) =>
        [
            0x12,
            0x34,
            (byte)(flags >> 8),
            (byte)flags,
            0,
            1,
            0,
            (byte)(answers ?? records.Length),
            0,
            0,
            0,
            0,
            .. Question,
            .. records.SelectMany(record => record),
        ];

    private static byte[] A(byte[] owner, params byte[] address) => Record(owner, 1, address);

    private static byte[] Record(byte[] owner, byte type, byte[] data, byte recordClass = 1) =>
        [.. owner, 0, type, 0, recordClass, 0, 0, 0, 60, 0, (byte)data.Length, .. data];
}

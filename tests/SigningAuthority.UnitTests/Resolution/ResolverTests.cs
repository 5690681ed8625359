using System.Net;
using System.Net.Sockets;
using SigningAuthority.Resolution;
using Xunit;

namespace SigningAuthority.UnitTests.Resolution;

public sealed class ResolverTests : IDisposable
{
    private static readonly DnsName Name = DnsName.Parse("_signing-authority-challenge.telco.net");

    private readonly TcpListener _tcp = new(IPAddress.Loopback, 0);
    private readonly UdpClient _udp;

    public ResolverTests()
    {
        _tcp.Start();
        _udp = new UdpClient((IPEndPoint)_tcp.LocalEndpoint);
    }

    [Fact]
    public async Task Texts_are_read_with_their_strings_joined()
    {
        var asking = AskAsync();
        await AnswerOverUdpAsync(0x8180, Text("abc"u8.ToArray(), "def"u8.ToArray()), Text("other"u8.ToArray()));
        Assert.Equal(["abcdef", "other"], (await asking).Texts);
    }

    [Fact]
    public async Task A_truncated_answer_is_asked_for_again_over_tcp()
    {
        var asking = AskAsync();
        await AnswerOverUdpAsync(0x8380);
        using var connection = await _tcp.AcceptTcpClientAsync();
        var query = new byte[2 + QueryLength];
        await connection.GetStream().ReadExactlyAsync(query);
        var answer = Answer(query[2..], 0x8180, Text("long"u8.ToArray()));
        await connection.GetStream().WriteAsync((byte[])[(byte)(answer.Length >> 8), (byte)answer.Length, .. answer]);
        Assert.Equal(["long"], (await asking).Texts);
    }

    [Fact]
    public async Task A_text_whose_string_is_longer_than_its_record_is_no_text()
    {
        var asking = AskAsync();
        await AnswerOverUdpAsync(0x8180, [0xC0, 12, 0, 16, 0, 1, 0, 0, 0, 60, 0, 2, 200, (byte)'x']);
        Assert.Empty((await asking).Texts);
    }

    [Fact]
    public async Task A_name_that_does_not_exist_is_an_answer_and_not_a_failure()
    {
        var asking = AskAsync();
        await AnswerOverUdpAsync(0x8183);
        Assert.Equal(DnsAnswer.NoSuchName, (await asking).ResponseCode);
    }

    [Fact]
    public async Task A_resolver_that_fails_each_time_is_a_failure()
    {
        var asking = AskAsync();
        for (var attempt = 0; attempt < 3; attempt++)
            await AnswerOverUdpAsync(0x8182);
        await Assert.ThrowsAsync<ResolverFailedException>(() => asking);
    }

    [Fact]
    public async Task A_server_that_refuses_questions_for_ipv6_keeps_no_name_from_its_ipv4_addresses()
    {
        using var stop = new CancellationTokenSource();
        var answering = AnswerAsync(query => query[^3] == (byte)DnsRecordType.A ? (0x8180, [Address]) : (0x8185, []), stop.Token);

        var found = await new Resolver([(IPEndPoint)_tcp.LocalEndpoint]).FindAddressesAsync(Name, CancellationToken.None);

        Assert.Equal([IPAddress.Parse("192.0.2.7")], found);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answering);
    }

    [Fact]
    public async Task A_name_without_ipv4_addresses_whose_ipv6_question_is_refused_is_not_known()
    {
        using var stop = new CancellationTokenSource();
        var answering = AnswerAsync(query => (query[^3] == (byte)DnsRecordType.A ? 0x8180 : 0x8185, []), stop.Token);

        await Assert.ThrowsAsync<ResolverFailedException>(() =>
            new Resolver([(IPEndPoint)_tcp.LocalEndpoint]).FindAddressesAsync(Name, CancellationToken.None)
        );
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answering);
    }

    [Theory]
    [InlineData("a..net")]
    [InlineData("")]
    [InlineData(".net")]
    [InlineData("telco.net.")]
    [InlineData("tel co.net")]
    [InlineData("tél.net")]
    [InlineData("a23456789b23456789c23456789d23456789e23456789f23456789g23456789abcd.net")]
    public void What_is_no_name_can_not_be_asked_for(string text) => Assert.False(DnsName.TryParse(text, out _));

    [Fact]
    public void The_resolvers_of_the_machine_are_those_of_its_file()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, "# a comment\nsearch telco.net\nnameserver 192.0.2.53\nnameserver\t2001:db8::53\nnameserver nonsense\n");
        var resolvers = SystemResolvers.Read(file).Select(resolver => resolver.ToString()).ToList();
        File.Delete(file);
        Assert.Equal(["192.0.2.53:53", "[2001:db8::53]:53"], resolvers);
    }

    public void Dispose()
    {
        _udp.Dispose();
        _tcp.Dispose();
    }

    private static int QueryLength => 12 + Name.Value.Length + 2 + 4;

    private Task<DnsAnswer> AskAsync() =>
        new Resolver([(IPEndPoint)_tcp.LocalEndpoint]).AskAsync(Name, DnsRecordType.Txt, CancellationToken.None);

    private async Task AnswerOverUdpAsync(int flags, params byte[][] records)
    {
        var query = await _udp.ReceiveAsync();
        await _udp.SendAsync(Answer(query.Buffer, flags, records), query.RemoteEndPoint);
    }

    private static readonly byte[] Address = [0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 7];

    /// <summary>Answers each question until stopped.</summary>
    private async Task AnswerAsync(Func<byte[], (int Flags, byte[][] Records)> answer, CancellationToken stop)
    {
        while (true)
        {
            var query = await _udp.ReceiveAsync(stop);
            var (flags, records) = answer(query.Buffer);
            await _udp.SendAsync(Answer(query.Buffer, flags, records), query.RemoteEndPoint, stop);
        }
    }

    private static byte[] Answer(byte[] query, int flags, params byte[][] records)
    {
        byte[] answer = [.. query, .. records.SelectMany(record => record)];
        (answer[2], answer[3], answer[7]) = ((byte)(flags >> 8), (byte)flags, (byte)records.Length);
        return answer;
    }

    private static byte[] Text(params byte[][] strings)
    {
        byte[] data = [.. strings.SelectMany(text => (byte[])[(byte)text.Length, .. text])];
        return [0xC0, 12, 0, 16, 0, 1, 0, 0, 0, 60, 0, (byte)data.Length, .. data];
    }
}

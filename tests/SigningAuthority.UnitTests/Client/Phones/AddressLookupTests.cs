using System.Net;
using System.Net.Sockets;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Client.Phones;
using SigningAuthority.Issuance.Requests;
using Xunit;

namespace SigningAuthority.UnitTests.Client.Phones;

public sealed class AddressLookupTests : IDisposable
{
    private readonly UdpClient _resolver = new(new IPEndPoint(IPAddress.Loopback, 0));

    [Fact]
    public async Task A_datagram_with_another_id_is_waited_past()
    {
        var asking = Ask();
        var query = await _resolver.ReceiveAsync();
        await SendAsync(query, [192, 0, 2, 66], idOffset: 1);
        await SendAsync(query, [192, 0, 2, 7]);
        Assert.Equal([IPAddress.Parse("192.0.2.7")], await asking);
    }

    [Fact]
    public async Task A_lost_question_is_asked_again_with_a_new_id_from_a_new_port()
    {
        var asking = Ask();
        var first = await _resolver.ReceiveAsync();
        var second = await _resolver.ReceiveAsync();
        await SendAsync(second, [192, 0, 2, 7]);
        Assert.Single(await asking);
        Assert.NotEqual(
            (first.RemoteEndPoint.Port, Convert.ToHexString(first.Buffer[..2])),
            (second.RemoteEndPoint.Port, Convert.ToHexString(second.Buffer[..2]))
        );
    }

    [Fact]
    public async Task A_server_failure_is_a_fault_and_no_empty_answer()
    {
        var asking = Ask();
        var query = await _resolver.ReceiveAsync();
        var failure = query.Buffer.ToArray();
        (failure[2], failure[3]) = (0x81, 0x82);
        await _resolver.SendAsync(failure, query.RemoteEndPoint);
        Assert.Equal("resolver-failed", (await Assert.ThrowsAsync<WorldFaultException>(() => asking)).Code);
    }

    public void Dispose() => _resolver.Dispose();

    private Task<IReadOnlyList<IPAddress>> Ask() =>
        new AddressLookup((IPEndPoint)_resolver.Client.LocalEndPoint!).FindAsync(Fqdn.Parse("pv.telco.net"), CancellationToken.None);

    private async Task SendAsync(UdpReceiveResult query, byte[] address, byte idOffset = 0)
    {
        byte[] answer = [.. query.Buffer, 0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, .. address];
        answer[1] += idOffset;
        (answer[2], answer[3], answer[7]) = (0x81, 0x80, 1);
        await _resolver.SendAsync(answer, query.RemoteEndPoint);
    }
}

using System.Net;
using System.Net.Sockets;

namespace SigningAuthority.Resolution;

/// <summary>Asks the resolvers that it is given, in turn: nothing is cached, /etc/hosts is not read. Thread-safe.</summary>
public sealed class Resolver(IReadOnlyList<IPEndPoint> servers)
{
    private const int Attempts = 3;
    private static readonly TimeSpan AttemptTime = TimeSpan.FromSeconds(2);

    // A resolver that starts again refuses at once: three questions in a millisecond would be one.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    /// <summary>
    /// The A and then the AAAA records; empty when the name has none or does not exist. There are servers that refuse questions for AAAA
    /// (RFC 4074 §4): where one kind has addresses, a failure of the other is passed over.
    /// </summary>
    /// <exception cref="ResolverFailedException">Nothing is known about the name.</exception>
    public async Task<IReadOnlyList<IPAddress>> FindAddressesAsync(DnsName name, CancellationToken cancellation)
    {
        var old = AskAsync(name, DnsRecordType.A, cancellation);
        var @new = AskAsync(name, DnsRecordType.Aaaa, cancellation);
        await ((Task)Task.WhenAll(old, @new)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellation.ThrowIfCancellationRequested();
        IReadOnlyList<IPAddress> found = [.. AddressesOf(old), .. AddressesOf(@new)];
        // Without any address each failure counts: its kind might have had one.
        return found.Count > 0 ? found : [.. (await old).Addresses, .. (await @new).Addresses];
    }

    /// <summary>An answer that is whole: NoError or NoSuchName.</summary>
    /// <exception cref="ResolverFailedException">Nothing is known about the name.</exception>
    public async Task<DnsAnswer> AskAsync(DnsName name, DnsRecordType type, CancellationToken cancellation)
    {
        var last = "no resolver is configured";
        for (var attempt = 0; attempt < Attempts && servers.Count > 0; attempt++)
        {
            if (attempt > 0)
                await Task.Delay(Pause * attempt, cancellation);
            var server = servers[attempt % servers.Count];
            try
            {
                var answer = await AskResolver.OverUdpAsync(server, name, type, AttemptTime, cancellation);
                if (answer is { IsTruncated: true })
                    answer = await AskResolver.OverTcpAsync(server, name, type, AttemptTime, cancellation);
                if (answer is { ResponseCode: DnsAnswer.NoError or DnsAnswer.NoSuchName })
                    return answer;
                last = answer is null ? $"{server} did not answer" : $"{server} answered with code {answer.ResponseCode}";
            }
            catch (Exception failure) when (failure is SocketException or IOException)
            {
                last = $"{server}: {failure.Message}";
            }
        }

        throw new ResolverFailedException($"{name}: {last}.");
    }

    private static IReadOnlyList<IPAddress> AddressesOf(Task<DnsAnswer> question) =>
        question.IsCompletedSuccessfully ? question.Result.Addresses : [];
}

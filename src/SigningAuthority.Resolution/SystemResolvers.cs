using System.Net;

namespace SigningAuthority.Resolution;

/// <summary>The resolvers of this machine, as resolv.conf(5) lists them.</summary>
public static class SystemResolvers
{
    private const int Port = 53;

    public static IReadOnlyList<IPEndPoint> Read(string file = "/etc/resolv.conf") =>
        !File.Exists(file)
            ? []
            :
            [
                .. File.ReadLines(file)
                    .Select(line => line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
                    .Where(words => words is ["nameserver", _, ..])
                    .Select(words => IPAddress.TryParse(words[1], out var address) ? new IPEndPoint(address, Port) : null)
                    .OfType<IPEndPoint>(),
            ];
}

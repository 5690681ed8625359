using System.Net;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Client.Connections;

namespace SigningAuthority.Client.Log;

/// <summary>The log at its address. A fault of the way there is tried again some times: a long verification outlasts a restart.</summary>
internal sealed class ServedLog(ServiceConnection connection, Uri address) : LogFiles
{
    /// <summary>A full bundle of the largest entries, 256 · (2 + 65,535) octets, and some room; many are read at a time.</summary>
    public const long LargestFile = 17 << 20;

    private const int Attempts = 6;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);

    public override string Place => address.ToString();

    public override int Parallel => 8;

    public override void Dispose()
    {
        connection.Dispose();
        base.Dispose();
    }

    /// <exception cref="RefusedByServiceException">401 or 403: entries are for auditors.</exception>
    /// <exception cref="WorldFaultException">Still no answer after all attempts.</exception>
    protected override async ValueTask<byte[]?> FindAsync(string path, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var reply = await connection.GetAsync(path, Patience, cancellation);
                if (reply.Problem is not { } problem)
                    return reply.Body;
                if (reply.Status == HttpStatusCode.NotFound)
                    return null;
                if (problem.ExitCode == ExitCodes.Refused)
                    throw new RefusedByServiceException(problem);
                if (attempt == Attempts)
                    throw new WorldFaultException("no-answer", $"{address}{path}: HTTP {problem.Status}.");
            }
            catch (WorldFaultException fault) when (fault.Code != WorldFaultException.AnswerTooLarge && attempt < Attempts) { }

            await Task.Delay(FirstPause * (1 << (attempt - 1)), cancellation);
        }
    }
}

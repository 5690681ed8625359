namespace SigningAuthority.Client.CommandLine;

/// <summary>What scripts may rely on. The numbers don't change.</summary>
internal static class ExitCodes
{
    /// <summary>Done; for <c>phone</c>: the server was accepted and the file fetched.</summary>
    public const int Done = 0;

    /// <summary>The command line or a local file is wrong; nothing was sent.</summary>
    public const int Usage = 1;

    /// <summary>Refused, with reasons: by the service (4xx, a refused request, a refused line of a batch), by the phone, or by the provider's server.</summary>
    public const int Refused = 2;

    /// <summary>For <c>log</c>: the evidence does not hold, so what it speaks for is refused; the first word on stderr names what was found.</summary>
    public const int EvidenceFails = Refused;

    /// <summary>A fault of the world: nobody answers, TLS can't be set up, 5xx, an answer cut short. The same command may work later.</summary>
    public const int Fault = 3;

    /// <summary>The request had no result yet when the time given with --wait was over.</summary>
    public const int Pending = 4;

    /// <summary>Interrupted from the keyboard (128 + SIGINT).</summary>
    public const int Interrupted = 130;
}

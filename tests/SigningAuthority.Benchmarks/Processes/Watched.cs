namespace SigningAuthority.Benchmarks.Processes;

/// <summary>The processes beside which a load runs; 0 for one that is not there. The last column is the load generator itself.</summary>
internal sealed class Watched(int api, int signer, int postgres)
{
    private readonly int[] _roots = [api, signer, postgres, Environment.ProcessId];
    private double[] _before = [];

    public void Begin() => _before = Seconds();

    /// <returns>CPU microseconds a certificate: front door, key room, Postgres, load generator; null for a process that is not there.</returns>
    public double?[] PerCertificate(int certificates)
    {
        var after = Seconds();
        return
        [
            .. _roots.Select((root, i) => root == 0 || certificates == 0 ? null : (double?)((after[i] - _before[i]) * 1e6 / certificates)),
        ];
    }

    /// <returns>MiB, in the same order.</returns>
    public double?[] Memory() => [.. _roots.Select(root => root == 0 ? null : (double?)ProcessUse.MemoryOf(root))];

    private double[] Seconds() => [.. _roots.Select(root => root == 0 ? 0 : ProcessUse.Of(root).Seconds)];
}

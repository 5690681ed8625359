namespace SigningAuthority.Signer.Lanes;

/// <summary>Who this process is in leases, heartbeats and log entries; new at each start, so that a restarted Signer is not taken for its former self.</summary>
internal sealed class SignerIdentity
{
    public Guid Instance { get; } = Guid.CreateVersion7();

    /// <summary>The actor in log entries.</summary>
    public string Actor => $"signer/{Environment.MachineName.ToLowerInvariant()}-{Instance.ToString("N")[^8..]}";
}

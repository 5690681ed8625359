namespace SigningAuthority.Outreach;

/// <summary>Who this process is in leases and log entries.</summary>
internal sealed class OutreachIdentity(OutreachSettings settings)
{
    /// <summary>New at each start: a restarted process is not taken for its former self.</summary>
    public Guid Lease { get; } = Guid.CreateVersion7();

    /// <summary>The actor in log entries.</summary>
    public string Actor => "outreach/" + settings.Instance;
}

namespace SigningAuthority.Api.Publication;

/// <summary>Who may take bundles of the log's entries. Hashes and checkpoints are everybody's: they say nothing of who asked for what.</summary>
internal enum LogEntriesAccess
{
    /// <summary>Auditors, each span with an entry of its own.</summary>
    Auditors,

    /// <summary>Everybody.</summary>
    Public,
}

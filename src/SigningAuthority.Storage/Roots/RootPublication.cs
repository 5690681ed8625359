using SigningAuthority.Issuance.Roots;

namespace SigningAuthority.Storage.Roots;

/// <summary>What a publisher of roots needs beyond the database.</summary>
public sealed record RootPublication
{
    /// <summary>The log's name, whose key signs.</summary>
    public required string Origin { get; init; }

    /// <summary>
    /// ECDSA with SHA-256 over a manifest's octets, DER, verified by whoever makes it. Called when the manifest is durable; what it throws
    /// leaves that version pending.
    /// </summary>
    public required Func<byte[], CancellationToken, ValueTask<byte[]>> Sign { get; init; }

    /// <summary>Who asks the key, as the log names it; different for each start of each process.</summary>
    public required string Signer { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>So long a version that another has asked the key to sign is left to it.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(5);
}

/// <summary>A manifest that is to be signed.</summary>
/// <param name="Changes">Since the version before; told to nobody for the first version, before which nobody could have had one.</param>
internal sealed record PendingManifest(long Version, byte[] Manifest, IReadOnlyList<RootChange> Changes);

namespace SigningAuthority.Storage.Roots;

/// <summary>A version of the roots' manifest that was signed.</summary>
/// <param name="At">As it stands in the manifest.</param>
/// <param name="Manifest">Its octets.</param>
/// <param name="Signature">ECDSA with SHA-256 by the log's key over those octets, DER.</param>
public sealed record StoredManifest(long Version, DateTimeOffset At, byte[] Manifest, byte[] Signature, DateTimeOffset SignedAt);

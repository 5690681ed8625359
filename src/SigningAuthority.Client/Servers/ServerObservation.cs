using System.Net;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Client.Servers;

/// <summary>What one connection, made as old firmware makes it, shows of a server.</summary>
/// <param name="Host">The host of the provisioning address.</param>
/// <param name="Addresses">Its A records.</param>
/// <param name="Peer">What was connected to.</param>
/// <param name="Certificate">DER; null when the handshake ended before there was one.</param>
/// <param name="Others">Whatever else was sent, DER each.</param>
/// <param name="AcceptableIssuers">Whose certificates the server asks for; null when it asks for none, empty for anybody's.</param>
/// <param name="Failure">Why the handshake ended early; null when it did not.</param>
internal sealed record ServerObservation(
    Fqdn Host,
    IReadOnlyList<IPAddress> Addresses,
    IPEndPoint Peer,
    ReadOnlyMemory<byte>? Certificate,
    IReadOnlyList<ReadOnlyMemory<byte>> Others,
    IReadOnlyList<string>? AcceptableIssuers,
    string? Failure
);

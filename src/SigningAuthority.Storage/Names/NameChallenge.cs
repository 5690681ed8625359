using System.Security.Cryptography;
using System.Text;

namespace SigningAuthority.Storage.Names;

/// <summary>How a provider shows that it controls a name.</summary>
public enum ProofMethod
{
    /// <summary>A TXT record beside the name; whoever can write it has the zone, so it may cover names below.</summary>
    Dns,

    /// <summary>A file that the name's web server serves. Says nothing of other names (CA/B BR 3.2.2.4.18).</summary>
    Http,
}

/// <summary>How far a challenge has come. Proven and Failed are for ever.</summary>
public enum ChallengeState
{
    Open,
    Proven,
    Failed,
}

/// <summary>What a provider must show to prove a name.</summary>
public sealed record NameChallenge
{
    public const int TokenOctets = 32;

    /// <summary>After so many looks a challenge has failed for good: nobody guesses or waits at our cost.</summary>
    public const int MostChecks = 10;

    private const string RecordLabel = "_signing-authority-challenge";
    private const string Folder = "/.well-known/signing-authority/"; // RFC 8615

    public required Guid Id { get; init; }

    public required Guid ProviderId { get; init; }

    /// <summary>An FQDN in lower case.</summary>
    public required string Name { get; init; }

    public required bool IncludeSubdomains { get; init; }

    public required ProofMethod Method { get; init; }

    /// <summary>32 random octets.</summary>
    public required byte[] Token { get; init; }

    public required string CreatedBy { get; init; }

    /// <summary>Set by the database.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public ChallengeState State { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>The method's name in JSON and in the log.</summary>
    public string MethodName => Method.ToString().ToLowerInvariant();

    /// <summary>Owner of the TXT record, without trailing dot.</summary>
    public string Record => $"{RecordLabel}.{Name}";

    /// <summary>Path of the file. Unguessable, so that no server has it by chance; "value" is what must be in it.</summary>
    public string Path => Folder + Base64Url(SHA256.HashData(Token)[..16]);

    /// <summary>
    /// What must be found, 43 characters. It binds token, tenant, name and method: the record of one tenant, which everybody can read in DNS,
    /// proves nothing for another, nor for another name. Each part is of fixed length or stands last.
    /// </summary>
    public string Value =>
        Base64Url(
            SHA256.HashData([
                .. Token,
                .. ProviderId.ToByteArray(bigEndian: true),
                (byte)Method,
                IncludeSubdomains ? (byte)1 : (byte)0,
                .. Encoding.ASCII.GetBytes(Name),
            ])
        );

    private static string Base64Url(byte[] octets) => System.Buffers.Text.Base64Url.EncodeToString(octets);
}

/// <summary>One look at a challenge's place.</summary>
public sealed record NameCheck
{
    public required Guid Id { get; init; }

    public required Guid ChallengeId { get; init; }

    public required string AskedBy { get; init; }

    /// <summary>Set by the database.</summary>
    public DateTimeOffset AskedAt { get; init; }

    /// <summary>Null while it is under way.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>"proven", or what was the matter, kebab-case.</summary>
    public string? Code { get; init; }

    /// <summary>What was seen, for the provider; printable.</summary>
    public string? Seen { get; init; }
}

/// <summary>A challenge with its looks so far, the oldest first.</summary>
public sealed record ChallengeWithChecks(NameChallenge Challenge, IReadOnlyList<NameCheck> Checks);

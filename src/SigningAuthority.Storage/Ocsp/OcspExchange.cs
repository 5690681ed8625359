using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Storage.Ocsp;

/// <summary>A certificate as OCSP names it, once its issuer is known.</summary>
/// <param name="Authority">The issuer's id in the configuration.</param>
/// <param name="SerialNumber">Big-endian magnitude without a sign octet, as in sa.certificate.</param>
public readonly record struct CertificateName(string Authority, byte[] SerialNumber);

/// <summary>Which stored answer: the same certificate is named by the hashes of its issuer in two ways (RFC 6960 §4.1.1).</summary>
/// <param name="Hash">"SHA-1" or "SHA-256".</param>
public readonly record struct OcspResponseKey(string Authority, byte[] SerialNumber, string Hash);

/// <summary>What the front door passes to the key room.</summary>
/// <param name="Request">The DER of the OCSPRequest, as it came.</param>
public sealed record OcspQuestion(Guid Id, Lane Lane, string Authority, byte[] Request);

/// <summary>An answer for everybody who asks the same.</summary>
/// <param name="Response">The DER of the OCSPResponse.</param>
public sealed record StoredOcspResponse(byte[] Response, DateTimeOffset ThisUpdate, DateTimeOffset NextUpdate)
{
    /// <summary>Nobody has said for an hour that it is asked for.</summary>
    public bool IsUnnoted { get; init; }

    /// <summary>It ends within minutes: clients whose clock is ahead refuse it, so a new one is better where it can be had.</summary>
    public bool IsEnding { get; init; }
}

/// <summary>What the key room answered to one question.</summary>
/// <param name="ThisUpdate">Null where the answer is a status alone (RFC 6960 §2.3).</param>
/// <param name="IsReusable">Also stored as a <see cref="StoredOcspResponse"/>.</param>
/// <param name="Holds">False when a certificate in it was revoked, held or released since: it must not be given to anybody.</param>
public sealed record OcspAnswer(byte[] Response, DateTimeOffset? ThisUpdate, DateTimeOffset? NextUpdate, bool IsReusable, bool Holds);

/// <summary>A certificate in an answer, with the state that the answer rests on.</summary>
/// <param name="RevokedXid">As in <see cref="CertificateStatus"/>.</param>
public readonly record struct AnsweredCertificate(byte[] SerialNumber, long? RevokedXid);

/// <summary>What is recorded of one answered question.</summary>
/// <param name="StoredAs">Set where everybody may have it again; then it has one certificate.</param>
/// <param name="ResponderKeySha256">Of the SubjectPublicKeyInfo that signed it; empty for a status alone.</param>
public sealed record NewOcspAnswer(
    OcspQuestion Question,
    byte[] Response,
    IReadOnlyList<AnsweredCertificate> Certificates,
    DateTimeOffset? ThisUpdate,
    DateTimeOffset? NextUpdate,
    OcspResponseKey? StoredAs,
    byte[] ResponderKeySha256
);

/// <summary>An answer to be stored beside no question.</summary>
public sealed record NewOcspResponse(
    OcspResponseKey Key,
    byte[] Response,
    DateTimeOffset ThisUpdate,
    DateTimeOffset NextUpdate,
    long? RevokedXid,
    byte[] ResponderKeySha256
);

/// <summary>Whose stored answers may be signed again, and until when the new ones could last.</summary>
/// <param name="EndsAt">Of the responder's certificate: what is stored until then can't be made to last longer.</param>
public readonly record struct ResponderEnd(string Authority, DateTimeOffset EndsAt);

/// <summary>Where a pass over the stored answers is.</summary>
public sealed record OcspPassMark(DateTimeOffset NextUpdate, OcspResponseKey Key);

/// <summary>What one step of a pass did.</summary>
/// <param name="Due">How many were looked at.</param>
/// <param name="Stored">How many of them were replaced; fewer where one could not be signed, or a newer one is there.</param>
/// <param name="Last">Where the next step begins; null when the pass is over.</param>
public readonly record struct OcspPassStep(int Due, int Stored, OcspPassMark? Last);

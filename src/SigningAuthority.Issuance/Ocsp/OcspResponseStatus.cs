namespace SigningAuthority.Issuance.Ocsp;

/// <summary>OCSPResponseStatus (RFC 6960 §4.2.1); the value is the one that is encoded. There is no 4.</summary>
public enum OcspResponseStatus
{
    Successful = 0,

    /// <summary>The request does not conform to the syntax.</summary>
    MalformedRequest = 1,
    InternalError = 2,

    /// <summary>Temporarily unable to answer.</summary>
    TryLater = 3,
    SigRequired = 5,

    /// <summary>The responder can't answer authoritatively, e.g. for a certificate of another CA (RFC 5019 §2.2.3).</summary>
    Unauthorized = 6,
}

namespace SigningAuthority.Issuance.Requests;

/// <summary>Where a signing request stands. The row's state is the truth; the names are those that callers see.</summary>
public enum RequestState
{
    AwaitingApproval,
    Queued,
    Signing,
    Issued,
    Refused,
    Withdrawn,
    Failed,
}

/// <summary>What a request asks a certificate for.</summary>
public enum RequestKind
{
    /// <summary>The HTTPS certificate of a provider's provisioning server.</summary>
    ProvisioningServer,

    /// <summary>The client certificate of one device.</summary>
    Device,

    /// <summary>The client certificate of a factory station.</summary>
    Station,

    /// <summary>The HTTPS certificate of this service's own front door.</summary>
    ServiceTls,

    /// <summary>The client certificate of a device that does not exist, in the MAC range kept for tests: an operator asks for it.</summary>
    TestDevice,

    /// <summary>The certificate of an OCSP responder: the key room asks for it, for one of its authorities.</summary>
    OcspResponder,

    /// <summary>A device's certificate signed anew by a later generation of the client root, for the same request: an operator asks for it.</summary>
    ResignedDevice,
}

/// <summary>Which key room serves a request: a lane has its own queue, its own token and its own PIN.</summary>
public enum Lane
{
    Provider,
    Device,
    Log,
}

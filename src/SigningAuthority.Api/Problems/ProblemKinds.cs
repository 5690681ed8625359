namespace SigningAuthority.Api.Problems;

/// <summary>Every problem the front door answers with. Codes are part of the contract: they are added, never changed.</summary>
internal static class ProblemKinds
{
    public static readonly ProblemKind Malformed = new("malformed-request", 400, "The request can't be read");
    public static readonly ProblemKind Unauthenticated = new("unauthenticated", 401, "No valid credential");
    public static readonly ProblemKind Forbidden = new("forbidden", 403, "Not for this credential");
    public static readonly ProblemKind NotFound = new("not-found", 404, "Nothing here");
    public static readonly ProblemKind MethodNotAllowed = new("method-not-allowed", 405, "Not with this method");
    public static readonly ProblemKind NotAcceptable = new("not-acceptable", 406, "Not in this format");
    public static readonly ProblemKind RequestTimeout = new("request-timeout", 408, "The request came too slowly");
    public static readonly ProblemKind DeviceConflict = new("device-conflict", 409, "The device, its serial number or its key is taken");
    public static readonly ProblemKind ReservationConflict = new("reservation-conflict", 409, "The reservation's key is taken");
    public static readonly ProblemKind NotIssued = new("not-issued", 409, "No certificate yet");
    public static readonly ProblemKind AlreadyDecided = new("already-decided", 409, "The request is decided");
    public static readonly ProblemKind DecidedByYou = new("decided-by-you", 409, "You have decided on this request before");
    public static readonly ProblemKind TooLate = new("too-late", 409, "The request can't be withdrawn any more");
    public static readonly ProblemKind TooLarge = new("request-too-large", 413, "The request is too large");
    public static readonly ProblemKind UnsupportedMediaType = new("unsupported-media-type", 415, "Not in this content type");
    public static readonly ProblemKind Refused = new("request-refused", 422, "The request is refused");
    public static readonly ProblemKind TooManyRefusals = new("too-many-refusals", 429, "Too many requests without a valid credential");
    public static readonly ProblemKind RateLimited = new("rate-limited", 429, "A limit is used up");
    public static readonly ProblemKind Internal = new("internal-error", 500, "The fault is ours");
    public static readonly ProblemKind Unavailable = new("temporarily-unavailable", 503, "Not now");
    public static readonly ProblemKind NotSealedYet = new("not-sealed-yet", 503, "Not in the log yet");
    public static readonly ProblemKind StillQueued = new("still-queued", 503, "Accepted, and not signed yet");
    public static readonly ProblemKind IssuanceFailed = new("issuance-failed", 503, "Signing failed and was given up for now");

    /// <summary>For statuses that the framework sets by itself, with no body.</summary>
    public static ProblemKind OfStatus(int status) =>
        status switch
        {
            401 => Unauthenticated,
            403 => Forbidden,
            404 => NotFound,
            405 => MethodNotAllowed,
            406 => NotAcceptable,
            408 => RequestTimeout,
            413 => TooLarge,
            415 => UnsupportedMediaType,
            429 => TooManyRefusals,
            503 => Unavailable,
            >= 500 => Internal,
            _ => Malformed with { Status = status },
        };
}

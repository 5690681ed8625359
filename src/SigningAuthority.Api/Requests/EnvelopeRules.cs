using SigningAuthority.Issuance.Policy;

namespace SigningAuthority.Api.Requests;

/// <summary>Rules about what a request comes in; what the request itself must be is the policy's.</summary>
internal static class EnvelopeRules
{
    public static readonly Rule BodyTooLarge = new(
        "body-too-large",
        "a certification request has at most 16 KiB, its envelope at most 64 KiB"
    );
    public static readonly Rule BodyBroken = new("body-incomplete", "RFC 9112 §6: the message's body");
    public static readonly Rule JsonMalformed = new("json-malformed", "RFC 8259");
    public static readonly Rule JsonType = new("json-wrong-type", "/openapi/v1.json");
    public static readonly Rule JsonUnknown = new("json-unknown-member", "/openapi/v1.json");
    public static readonly Rule FormMalformed = new("form-malformed", "RFC 7578");
    public static readonly Rule RenewalBody = new("renewal-takes-no-body", "a renewal certifies the CSR that is stored");
    public static readonly Rule CsrMissing = new("csr-missing", "/openapi/v1.json");
    public static readonly Rule PrivateKey = new("private-key", "a private key stays with who made it");
    public static readonly Rule SeveralFiles = new("form-several-files", "one request a submission");
    public static readonly Rule NoteNotPrintable = new("note-not-printable", "/openapi/v1.json");
    public static readonly Rule NoteTooLong = new("note-too-long", "/openapi/v1.json");
    public static readonly Rule IdempotencyKeySyntax = new("idempotency-key-syntax", "RFC 9110 §5.5; 1 to 255 printable characters");
    public static readonly Rule IdempotencyKeyReused = new("idempotency-key-reused", "one Idempotency-Key names one request");
    public static readonly Rule QueryValue = new("query-value", "/openapi/v1.json");
    public static readonly Rule LineTooLong = new("line-too-long", "a device's line has at most 32 KiB");
    public static readonly Rule BatchIdle = new("batch-idle", "a batch in which nothing is sent for 5 minutes ends; a batch holds a place");
    public static readonly Rule TwoKeys = new("csr-and-generate-key", "a unit has one key: its own, or one that the authority made");
    public static readonly Rule ReissueOfKey = new("reissue-and-generate-key", "a reissue is for a key of the unit's own");
    public static readonly Rule DeviceKeyDiffers = new(
        "device-has-another-key",
        "one device, one certificate: another key needs an explicit reissue"
    );
    public static readonly Rule DeviceKeyRevoked = new(
        "device-certificate-revoked",
        "one device, one certificate: a reissue revokes the one before"
    );
    public static readonly Rule DeviceIdentityDiffers = new(
        "device-has-another-identity",
        "one device, one certificate: serial number and product are part of it"
    );
    public static readonly Rule SerialTaken = new("serial-taken", "a serial number belongs to one device");
    public static readonly Rule KeyTaken = new("key-of-device", "one device, one key");
}

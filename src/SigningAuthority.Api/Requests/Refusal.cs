using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Devices;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.IssuanceLog.Entries;

namespace SigningAuthority.Api.Requests;

/// <summary>What is written down of a request that the door refuses. Never the request itself: it may be a private key.</summary>
/// <param name="Actor">Who asked.</param>
/// <param name="Violations">Every rule broken.</param>
/// <param name="Request">Null where none could be read; then not even a hash is kept.</param>
/// <param name="Subject">What it was about, as far as it could be understood.</param>
/// <param name="Mac">12 upper-case hexadecimal digits, or null.</param>
/// <param name="Serial">The device's.</param>
internal sealed record Refusal(
    string Actor,
    IReadOnlyList<Violation> Violations,
    CertificationRequest? Request = null,
    string? Subject = null,
    string? Mac = null,
    string? Serial = null
)
{
    public RequestRefused ToEntry(AuthorityConfiguration configuration, DateTimeOffset now) =>
        new()
        {
            At = now,
            Actor = Actor,
            Subject = PrivateKeyText.IsIn(Subject) ? null : Subject,
            Mac = Mac,
            Serial = DeviceSerialNumber.TryParse(Serial, out _) ? Serial : null,
            Where = RequestRefused.AtTheDoor,
            Violations =
            [
                .. Violations.Select(violation => new LoggedViolation(
                    violation.Code,
                    violation.Field,
                    violation.Expected,
                    violation.Actual,
                    violation.Source
                )),
            ],
            CsrSha256 = Request is null ? null : Convert.ToHexStringLower(Request.Sha256),
            PolicyVersion = configuration.PolicyVersion,
            PolicyHash = configuration.Hash,
        };
}

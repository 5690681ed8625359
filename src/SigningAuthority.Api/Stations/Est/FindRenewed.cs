using System.Security.Cryptography.X509Certificates;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Devices;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Api.Stations.Est;

/// <summary>
/// What simplereenroll (RFC 7030 §4.2.2) asks beyond simpleenroll: there is a certificate for the device, and the request has its subject.
/// </summary>
internal sealed class FindRenewed(DeviceHistory devices)
{
    /// <returns>The submission as the unit was certified before, with what speaks against renewing it.</returns>
    public async Task<DeviceSubmission> CheckAsync(DeviceSubmission submission, CancellationToken cancellation)
    {
        var subject = submission.Request!.Subject;
        if (
            !MacAddress.TryParse(submission.Mac, out var mac)
            || await devices.FindNewestAsync(mac.Upper, cancellation) is not { Certificates: [var certificate, ..] } earlier
        )
            return With(
                submission,
                EstRules.NothingToRenew.BrokenBy(
                    "csr.subject",
                    "the subject of a certificate that was issued",
                    Printed(subject),
                    "No certificate was issued for this device.",
                    "POST the request to …/simpleenroll"
                )
            );

        using var issued = X509CertificateLoader.LoadCertificate(certificate.Der);
        var expected = DistinguishedName.Decode(issued.SubjectName.RawData);
        if (!expected.Attributes.SequenceEqual(subject.Attributes))
            return With(
                submission,
                EstRules.OtherSubject.BrokenBy(
                    "csr.subject",
                    expected.ToRfc4514(),
                    Printed(subject),
                    "The request has another subject than the certificate that it is to renew.",
                    "make the request with the certificate's subject: openssl x509 -x509toreq -in unit.crt -signkey unit.key"
                )
            );

        // The subject is the whole identity here; what it leaves out is as it was.
        var (request, violations) = (earlier.Request, submission.Violations.Where(violation => violation.Code != EstRules.NoDevice.Code));
        return submission with { Serial = request.Serial, Product = request.Product, Violations = [.. violations] };
    }

    private static string Printed(DistinguishedName subject) => subject.ToRfc4514() is { Length: > 0 } text ? text : "an empty subject";

    private static DeviceSubmission With(DeviceSubmission submission, Violation violation) =>
        submission with
        {
            Violations = [.. submission.Violations, violation],
        };
}

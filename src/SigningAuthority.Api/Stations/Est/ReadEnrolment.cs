using SigningAuthority.Issuance.Production;
using SigningAuthority.Issuance.Profiles;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Api.Stations.Est;

/// <summary>Reads the device out of a request's subject: EST has no other place for it.</summary>
internal sealed class ReadEnrolment(DeviceProfiles profiles)
{
    /// <param name="request">Decoded.</param>
    /// <param name="order">Null where the station named none.</param>
    public DeviceSubmission Read(CertificationRequest request, ProductionOrder? order)
    {
        var wanted = profiles.Of(order);
        if (wanted.Count == 0)
            return new DeviceSubmission(null, null, null, request, []) { Order = order?.Name };

        var reading = SubjectReading.Of(wanted, request.Subject);
        var product = reading.Product ?? (order?.Products is [var only] && only != ProductionOrder.Any ? only : null);
        var layouts = string.Join("; or ", wanted.Select(SubjectReading.LayoutOf).Distinct());
        return new DeviceSubmission(
            reading.Mac,
            reading.Serial,
            product,
            request,
            [
                .. reading.Contradictions.Select(contradiction =>
                    EstRules.TwoDevices.BrokenBy(
                        "csr.subject",
                        "one device: " + layouts,
                        contradiction,
                        "The subject names two devices.",
                        "write the same device into each attribute"
                    )
                ),
                .. reading.Mac is null || reading.Serial is null || product is null
                    ?
                    [
                        EstRules.NoDevice.BrokenBy(
                            "csr.subject",
                            layouts,
                            request.Subject.ToRfc4514() is { Length: > 0 } subject ? subject : "an empty subject",
                            "The subject does not say which device asks: its MAC address, its serial number and its product.",
                            "openssl req -new -key unit.key -subj '/OU=SPA962/serialNumber=FM500H000001/CN=000E08ABCDEF' -outform DER | base64"
                        ),
                    ]
                    : Array.Empty<Issuance.Policy.Violation>(),
            ]
        )
        {
            Order = order?.Name,
        };
    }
}

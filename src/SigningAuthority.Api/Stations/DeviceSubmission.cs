using SigningAuthority.Api.Providers;
using SigningAuthority.Api.Requests;
using SigningAuthority.Issuance.Devices;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Production;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Api.Stations;

/// <summary>What a station says of one device. Policy judges the values; only what can't be read is a violation here.</summary>
/// <param name="IsReadable">The submission is a JSON object at least, so that what it says of the device can be judged.</param>
internal sealed record DeviceSubmission(
    string? Mac,
    string? Serial,
    string? Product,
    CertificationRequest? Request,
    IReadOnlyList<Violation> Violations,
    bool IsReadable = true
)
{
    /// <summary>Name of the production order that the station says it draws from; null where it leaves the choice to us.</summary>
    public string? Order { get; init; }

    /// <summary>Set where the unit is to get another certificate in place of the one it has.</summary>
    public ReissueAsked? Reissue { get; init; }

    /// <summary>The unit has no key: the authority is to make one.</summary>
    public bool WantsKey { get; init; }

    private const string Example =
        "{\"mac\":\"000E08ABCDEF\",\"serial\":\"FM500H000001\",\"product\":\"SPA962\",\"csr\":\"-----BEGIN CERTIFICATE REQUEST-----…\"}";

    /// <summary>12 upper-case hexadecimal digits, or null when it is no MAC address.</summary>
    public string? PlainMac => MacAddress.TryParse(Mac, out var mac) ? mac.Upper : null;

    /// <summary>Costs the verification of the request's own signature. Never throws for what the octets hold.</summary>
    public static DeviceSubmission Read(ReadOnlyMemory<byte> octets)
    {
        using var json = JsonEnvelope.Read(octets, Example);
        var (mac, serial, product, csr) = (json.Text("mac"), json.Text("serial"), json.Text("product"), json.Text("csr"));
        var (order, wantsKey) = (json.Text("order"), json.Flag("generateKey"));
        var (reissue, defects) = ReissueAsked.Read(json);
        if (!json.IsRead)
            return new DeviceSubmission(null, null, null, null, json.Violations, IsReadable: false);

        var misnamed = order is null ? null : OrderName.Find(order);
        List<Violation> violations = [.. json.Violations, .. defects, .. misnamed is null ? Array.Empty<Violation>() : [misnamed]];
        if (wantsKey && csr is not null)
        {
            violations.Add(
                EnvelopeRules.TwoKeys.BrokenBy(
                    "generateKey",
                    "either \"csr\" or \"generateKey\": true",
                    "both",
                    "The unit has a key of its own and is to get another one.",
                    "leave out one of them"
                )
            );
        }
        else if (wantsKey && reissue is not null)
        {
            violations.Add(
                EnvelopeRules.ReissueOfKey.BrokenBy(
                    "reissue",
                    "\"reissue\" with a \"csr\" from the device",
                    "\"generateKey\": true",
                    "A unit whose key was made by the authority is not reissued with another such key.",
                    "let the repaired unit make its key, and name an order whose key source is Device"
                )
            );
        }
        else if (csr is null && !wantsKey && violations.Count == 0)
        {
            violations.Add(
                EnvelopeRules.CsrMissing.BrokenBy(
                    "csr",
                    "the device's request in PEM, or the base64 of its DER",
                    "nothing",
                    "There is no \"csr\".",
                    Example
                )
            );
        }

        var read = csr is null ? new ReadOutcome(null, []) : ReadCertificationRequest.Read(ReadUpload.OctetsOf(csr));
        var keys = EnvelopeDefects.FindKeys(("mac", mac), ("serial", serial), ("product", product)).ToList();
        return new DeviceSubmission(mac, serial, product, read.Request, [.. violations, .. read.Violations, .. keys])
        {
            // What can be no order's name is not looked up.
            Order = misnamed is null ? order : null,
            Reissue = reissue,
            WantsKey = wantsKey,
        };
    }

    public static DeviceSubmission Unreadable(Violation defect) => new(null, null, null, null, [defect], IsReadable: false);
}

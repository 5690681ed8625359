using SigningAuthority.Api.Problems;
using SigningAuthority.Api.Requests;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Api.Stations;

/// <summary>A station that repeats itself gets what it got before; anything else that is taken stays taken, and the refusal names the way.</summary>
internal static class DeviceConflicts
{
    // What was sent is in order; it is the unit that has something else, or nothing yet.
    private static readonly HashSet<string> Codes =
    [
        "reissue-nothing-issued",
        "reissue-out-of-turn",
        "reissue-of-another-certificate",
        "reissue-needs-new-key",
    ];

    public static ProblemKind KindOf(IReadOnlyList<Violation> violations) =>
        violations.All(violation => Codes.Contains(violation.Code)) ? ProblemKinds.DeviceConflict : EnvelopeDefects.KindOf(violations);

    public static IntakeOutcome Explain(NewSigningRequest row, Draw draw, SubmitOutcome outcome)
    {
        if (outcome.Conflict == Conflict.OrderQuantity)
            return IntakeOutcome.Refuse(ProblemKinds.Refused, [ExhaustedOrder.Explain(draw.Order!)]);
        if (outcome.Conflict == Conflict.OrderReissues)
            return IntakeOutcome.Refuse(ProblemKinds.Refused, [ExhaustedOrder.ExplainReissues(draw.Order!)]);
        if (outcome.Conflict == Conflict.Reserved)
            return Taken(UnmetReservation.ExplainDraw(row.Mac, row.Serial));

        var existing = outcome.Existing!;
        return outcome.Conflict switch
        {
            Conflict.Superseded => Taken(
                EnvelopeRules.DeviceKeyRevoked.BrokenBy(
                    "csr.publicKey",
                    "the key that the device has its certificate for",
                    "a key that it had one for",
                    $"The certificate of this key is revoked: the device {row.Mac} was reissued on {existing.SubmittedAt:O} (request {existing.Id}).",
                    "send the CSR of the key that it has now; for yet another key add " + ReissueAsked.Example
                )
            ),
            Conflict.Mac when !existing.PublicKeySha256.AsSpan().SequenceEqual(row.PublicKeySha256) => Taken(
                EnvelopeRules.DeviceKeyDiffers.BrokenBy(
                    "csr.publicKey",
                    "the key that the device has its certificate for",
                    "another key",
                    $"The device {row.Mac} has a certificate, or will have, for another key (request {existing.Id}).",
                    $"send the first key's CSR again; for a unit that was scrapped, reworked or defective add {ReissueAsked.Example}, which revokes the first"
                )
            ),
            Conflict.Mac when existing.Serial != row.Serial || existing.Product != row.Product => Taken(
                EnvelopeRules.DeviceIdentityDiffers.BrokenBy(
                    "serial",
                    $"{existing.Serial}, {existing.Product}",
                    $"{row.Serial}, {row.Product}",
                    $"The device {row.Mac} was certified with another serial number or product.",
                    "read the unit's label again"
                )
            ),
            Conflict.Mac => IntakeOutcome.Repeat(existing),
            Conflict.Serial => Taken(
                EnvelopeRules.SerialTaken.BrokenBy(
                    "serial",
                    "a serial number of this device alone",
                    row.Serial!,
                    $"The serial number belongs to the device {existing.Mac}.",
                    "read the unit's label again"
                )
            ),
            _ => Taken(
                EnvelopeRules.KeyTaken.BrokenBy(
                    "csr.publicKey",
                    "a key that no other device has",
                    "a device's key",
                    "This key is certified for a device already.",
                    "let the device make a key of its own"
                )
            ),
        };
    }

    private static IntakeOutcome Taken(Violation violation) => IntakeOutcome.Refuse(ProblemKinds.DeviceConflict, [violation]);
}

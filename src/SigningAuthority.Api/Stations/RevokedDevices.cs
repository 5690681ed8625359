using SigningAuthority.Api.Problems;
using SigningAuthority.Api.Requests;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Storage.Production;

namespace SigningAuthority.Api.Stations;

/// <summary>
/// What is repeated must still be good. A unit whose reissue was refused at the key, or failed there, has nothing but a revoked certificate:
/// that is not handed out again, and the way on is said. Asked for where something is repeated alone.
/// </summary>
internal sealed class RevokedDevices(Units units)
{
    public async Task RefuseAsync(IntakeOutcome?[] outcomes, CancellationToken cancellation)
    {
        var repeated = outcomes.Select(outcome => outcome?.Repeated?.Id.Value).OfType<Guid>().Distinct().ToList();
        if (repeated.Count == 0)
            return;

        var found = await units.FindAsync(repeated, cancellation);
        for (var i = 0; i < outcomes.Length; i++)
        {
            if (outcomes[i]?.Repeated is { } earlier && found.GetValueOrDefault(earlier.Id.Value) is { IsRevoked: true } unit)
                outcomes[i] = IntakeOutcome.Refuse(ProblemKinds.DeviceConflict, [Explain(unit)]);
        }
    }

    private static Violation Explain(UnitIssue unit) =>
        EnvelopeRules.DeviceKeyRevoked.BrokenBy(
            "csr.publicKey",
            "the key of a certificate that is not revoked",
            "a key whose certificate is revoked",
            $"The certificate of the device {unit.Request.Mac} is revoked (request {unit.Request.Id}), and nothing was issued to it since.",
            "let the unit make a new key and add " + ReissueAsked.ExampleOf(unit)
        );
}

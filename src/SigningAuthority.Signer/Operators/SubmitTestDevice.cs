using System.Security.Cryptography;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Devices;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Signer.Lanes;
using SigningAuthority.Storage.Certificates;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Signer.Operators;

/// <summary>What a test device is to be.</summary>
/// <param name="Mac">As the operator wrote it; in the range kept for tests.</param>
/// <param name="Product">A model name.</param>
internal sealed record TestDevice(string Mac, string Serial, string Product);

/// <summary>
/// Asks for the certificate of a device that does not exist, so that providers can try their servers: by the same policy, queue and
/// issuance procedure as a unit's. The front door can't ask for one.
/// </summary>
internal static class SubmitTestDevice
{
    /// <exception cref="OperatorException">Refused, or not signed within the time.</exception>
    public static async Task<IssuedCertificate> RunAsync(
        OperatorSession session,
        TestDevice device,
        ReadOnlyMemory<byte> csr,
        TimeSpan timeout,
        CancellationToken cancellation
    )
    {
        var configuration = SignerSettings.LoadConfiguration(session.Settings);
        var approved = await DecideAsync(session, configuration, device, csr, cancellation);
        var authority = configuration.Authority(approved.Authorities[0]);
        var mac = MacAddress.Parse(device.Mac).Upper;
        var row = new NewSigningRequest(
            SigningRequestId.New(TimeProvider.System),
            RequestKind.TestDevice,
            authority.Lane,
            ProviderId: null,
            StationId: null,
            approved.Request.Der.ToArray(),
            approved.Request.Sha256,
            approved.Request.Key.Sha256,
            Fqdn: null,
            mac,
            device.Serial,
            device.Product,
            Devices: [],
            approved.Authorities,
            configuration.TheProfile(RequestKind.TestDevice).Id,
            IdempotencyKey: null,
            Note: null,
            session.Actor
        );
        var entry = new RequestSubmitted
        {
            At = DateTimeOffset.UtcNow,
            Actor = session.Actor,
            Subject = mac,
            RequestId = row.Id.Value,
            Mac = mac,
            Serial = device.Serial,
            Kind = nameof(RequestKind.TestDevice),
            CsrSha256 = Convert.ToHexStringLower(row.CsrSha256),
            PublicKeySha256 = Convert.ToHexStringLower(row.PublicKeySha256),
            Devices = [device.Product],
            Generations = row.Authorities,
            PolicyVersion = configuration.PolicyVersion,
            PolicyHash = configuration.Hash,
        };
        return await SubmitInfrastructureRequest.QueueAsync(session, row, entry, timeout, cancellation);
    }

    private static async Task<ApprovedRequest> DecideAsync(
        OperatorSession session,
        AuthorityConfiguration configuration,
        TestDevice device,
        ReadOnlyMemory<byte> csr,
        CancellationToken cancellation
    )
    {
        var request =
            ReadCertificationRequest.Read(csr).Request ?? throw new CryptographicException("The request made here can't be read.");
        var uses = await new PublicKeyUses(session.Database).FindAsync([request.Key.Sha256], cancellation);
        var authorities = await AvailableNow.ReadAsync(session.Database, configuration, cancellation);
        var decision = new IssuancePolicy(configuration).Decide(
            new DeviceFacts(
                request,
                device.Mac,
                device.Serial,
                device.Product,
                uses[Convert.ToHexStringLower(request.Key.Sha256)].ToHistory(RequestKind.TestDevice, providerId: null, device.Mac),
                authorities
            )
            {
                IsTest = true,
            }
        );
        return decision.Approved
            ?? throw await SubmitInfrastructureRequest.RefuseAsync(session, configuration, decision.Violations, cancellation);
    }
}

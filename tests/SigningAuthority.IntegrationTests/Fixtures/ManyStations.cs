using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SigningAuthority.IntegrationTests.Faults;
using SigningAuthority.IntegrationTests.Storage;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.Access;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.IntegrationTests.Fixtures;

/// <summary>
/// A hall of stations, enrolled as `operator station enrol` does it, all at once: a process and a wait for each would be minutes.
/// </summary>
internal static class ManyStations
{
    private const string Actor = "operator/operator-at-test";

    /// <returns>A certificate with its key for each name.</returns>
    public static async Task<IReadOnlyList<X509Certificate2>> EnrolAsync(RunningAuthority authority, IReadOnlyList<string> names)
    {
        var database = authority.Postgres.Connect("sa_operator", authority.Database);
        var asked = names.Select(name => (Name: name, Key: QuickKeys.Next(), Id: SigningRequestId.New(TimeProvider.System))).ToList();
        await new SubmitSigningRequests(database).SubmitAsync([
            .. asked.Select(one => ToRow(one.Id, one.Name, one.Key)).Select(row => (row, StorageScenario.Submitted(row))),
        ]);
        var enrolled = new List<X509Certificate2>();
        foreach (var (name, key, id) in asked)
        {
            RequestWithCertificates? found = null;
            await Eventually.TrueAsync(
                async () => (found = await new SigningRequestQueries(database).FindAsync(id))?.Certificates.Count == 1,
                $"the station {name} has its certificate"
            );
            await new SigningAuthority.Storage.Access.Stations(database).EnrolAsync(name, found!.Certificates[0], Actor);
            using var certificate = X509CertificateLoader.LoadCertificate(found.Certificates[0].Der);
            enrolled.Add(certificate.CopyWithPrivateKey(key));
        }

        return enrolled;
    }

    private static NewSigningRequest ToRow(SigningRequestId id, string name, RSA key)
    {
        var csr = CertificationRequestBytes.Make("CN=" + name, key);
        return new NewSigningRequest(
            id,
            RequestKind.Station,
            Lane.Device,
            null,
            null,
            csr.Der,
            csr.Sha256,
            csr.PublicKeySha256,
            null,
            null,
            null,
            null,
            [],
            ["station"],
            "station",
            null,
            name,
            Actor
        );
    }
}

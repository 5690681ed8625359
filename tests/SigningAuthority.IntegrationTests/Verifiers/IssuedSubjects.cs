using System.Security.Cryptography.X509Certificates;
using Npgsql;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;
using SigningAuthority.UnitTests.Issuance.Devices;

namespace SigningAuthority.IntegrationTests.Verifiers;

/// <summary>
/// Every device's subject that was issued, as four kinds of providers' software read it in both spellings of a DN, spelled by a library that
/// is not ours: none takes the device for another, and those that look for a run of digits find it.
/// </summary>
internal static class IssuedSubjects
{
    private const string Select = """
        select r.mac, c.der from sa.certificate c join sa.signing_request r on r.id = c.request_id where r.kind in ('Device', 'TestDevice')
        """;

    /// <returns>What is wrong, a sentence each.</returns>
    public static async Task<IReadOnlyList<string>> FindMisreadAsync(NpgsqlDataSource database)
    {
        var misread = new List<string>();
        await using var command = database.CreateCommand(Select);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            using var certificate = X509CertificateLoader.LoadCertificate(reader.GetFieldValue<byte[]>(1));
            misread.AddRange(Find(reader.GetString(0), certificate));
        }

        return misread;
    }

    private static IEnumerable<string> Find(string mac, X509Certificate2 certificate)
    {
        var name = X509Name.GetInstance(Asn1Object.FromByteArray(certificate.SubjectName.RawData));
        var commonName = name.GetValueList(X509Name.CN).Cast<string>().SingleOrDefault();
        var other = mac[..11] + (mac[11] == '0' ? '1' : '0');
        if (ProviderParsers.NetSapiensAccepts(commonName, $"/{other}.cfg"))
            yield return $"NetSapiens takes {mac} for {other}: {name}";
        if (commonName == mac && !ProviderParsers.NetSapiensAccepts(commonName, $"/{mac}.cfg"))
            yield return $"NetSapiens does not find {mac}: {name}";
        foreach (var dn in (string[])[name.ToString(reverse: true, X509Name.RFC2253Symbols), Legacy(name)])
        {
            if (!ProviderParsers.SipwiseAccepts(dn, mac) || ProviderParsers.SipwiseAccepts(dn, other))
                yield return $"Sipwise misreads {mac}: {dn}";
            if (ProviderParsers.BroadWorksFinds(dn)?.ToUpperInvariant() != mac)
                yield return $"BroadWorks misreads {mac}: {dn}";
            if (ProviderParsers.Guru3Finds(dn) is var found && found?.ToUpperInvariant() is not null && found.ToUpperInvariant() != mac)
                yield return $"GURU3 misreads {mac}: {dn}";
            if (commonName == mac && found is null)
                yield return $"GURU3 does not find {mac}: {dn}";
        }
    }

    private static string Legacy(X509Name name) =>
        string.Concat(
            name.GetOidList()
                .Cast<DerObjectIdentifier>()
                .Zip(name.GetValueList().Cast<string>(), (oid, value) => $"/{X509Name.DefaultSymbols[oid]}={value}")
        );
}

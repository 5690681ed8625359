using System.Formats.Asn1;
using System.Security.Cryptography;
using Npgsql;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Ocsp;

namespace SigningAuthority.Benchmarks.Ocsp;

/// <summary>OCSPRequests for certificates that the client root issued, made before the clock runs.</summary>
internal sealed class OcspQuestions(IReadOnlyList<byte[]> ids)
{
    public int Count => ids.Count;

    public static async Task<OcspQuestions> ReadAsync(string connection, int count, int skip, CancellationToken cancellation)
    {
        await using var database = NpgsqlDataSource.Create(connection);
        await using var root = database.CreateCommand("select der from sa.authority_certificate where authority = 'client'");
        using var issuer = IssuerCertificate.Read((byte[])(await root.ExecuteScalarAsync(cancellation))!);
        // A number that begins with a zero octet is none that would have been drawn.
        await using var serials = database.CreateCommand(
            "select serial_number from sa.intent where authority = 'client' and get_byte(serial_number, 0) > 0 order by serial_number limit $1 offset $2"
        );
        serials.Parameters.AddWithValue(count);
        serials.Parameters.AddWithValue(skip);
        var ids = new List<byte[]>();
        await using var row = await serials.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            var serial = CertificateSerialNumber.FromBytes(row.GetFieldValue<byte[]>(0));
            ids.Add(OcspCertIds.Of(issuer, serial, ObjectIdentifiers.Sha1).Der);
        }

        return ids.Count > 0 ? new OcspQuestions(ids) : throw new InvalidOperationException("The client root has issued nothing.");
    }

    /// <summary>A POST whose octets go to the socket as they are.</summary>
    public byte[] Encode(int number, bool hasNonce, string host)
    {
        var body = EncodeRequest(ids[number % ids.Count], hasNonce);
        var head = System.Text.Encoding.ASCII.GetBytes(
            $"POST /ocsp/client HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/ocsp-request\r\nContent-Length: {body.Length}\r\n\r\n"
        );
        return [.. head, .. body];
    }

    private static byte[] EncodeRequest(byte[] id, bool hasNonce)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            using (writer.PushSequence())
                writer.WriteEncodedValue(id);
            if (hasNonce)
            {
                using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 2)))
                using (writer.PushSequence())
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(ObjectIdentifiers.OcspNonce);
                    using (writer.PushOctetString())
                        writer.WriteOctetString(RandomNumberGenerator.GetBytes(16));
                }
            }
        }

        return writer.Encode();
    }
}

using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Firmware;

namespace SigningAuthority.Client.Servers;

/// <summary>What phones make of a server that was looked at. Pure.</summary>
internal static class JudgeServer
{
    /// <summary>A row for each kind of phone: would it accept the server through this generation's root?</summary>
    public static IReadOnlyList<MatrixRow> Rows(
        ServerObservation seen,
        IReadOnlyList<PhoneFirmware> phones,
        IReadOnlyDictionary<string, byte[]> roots,
        DateTimeOffset now
    ) => [.. phones.Select(phone => Row(phone, Judge(seen, phone, roots[phone.Generation.Id], now)))];

    /// <summary>What is wrong with the server whatever its certificate is like.</summary>
    /// <param name="seen">As it was looked at.</param>
    /// <param name="clientRoots">Each generation of the client root that devices have certificates of, DER.</param>
    public static IEnumerable<Refusal> Findings(ServerObservation seen, IEnumerable<byte[]> clientRoots)
    {
        if (seen.Failure is { } failure)
        {
            yield return ServerFindings.HandshakeFailed.BrokenBy("Old firmware can't speak TLS with this server.", "a handshake", failure);
            yield break;
        }

        if (seen.Others.Any(other => !IsSelfIssued(other)))
            yield return ServerFindings.IntermediateSent.BrokenBy(
                "The server sends an intermediate certificate.",
                "the server's certificate alone",
                $"{seen.Others.Count} more"
            );
        if (seen.AcceptableIssuers is not { } issuers)
        {
            yield return ServerFindings.NotAsked.BrokenBy(
                "The server does not ask for the device's certificate: it can't tell a phone from a browser.",
                "a CertificateRequest",
                "none"
            );
            yield break;
        }

        // Generations may share a name; by which key the server verifies is not to be seen from here.
        foreach (var root in clientRoots.Select(SubjectOf).Distinct().Where(root => issuers.Count > 0 && !issuers.Contains(root)))
            yield return ServerFindings.RootNotOffered.BrokenBy(
                "The server does not name the client root among the authorities it accepts: phones will not show their certificates.",
                root,
                string.Join("; ", issuers)
            );
    }

    /// <summary>Phones that would not accept the server through any root that they have.</summary>
    public static bool Serves(IReadOnlyList<MatrixRow> rows) =>
        rows.GroupBy(row => (row.Family, row.FromFirmware)).All(firmware => firmware.Any(row => row.Accepted));

    private static IReadOnlyList<Refusal> Judge(ServerObservation seen, PhoneFirmware phone, byte[] root, DateTimeOffset now) =>
        seen.Certificate is { } certificate
            ? ServerAcceptance.Judge(
                new ServerEvidence(certificate, seen.Others, root, seen.Host, seen.Addresses, seen.Peer.Address, now)
                {
                    Tolerance = phone.Tolerance,
                }
            )
            :
            [
                ServerFindings.HandshakeFailed.BrokenBy(
                    "Old firmware can't speak TLS with this server.",
                    "a handshake",
                    seen.Failure ?? "none"
                ),
            ];

    private static MatrixRow Row(PhoneFirmware phone, IReadOnlyList<Refusal> refusals) =>
        new(
            phone.Family.Id,
            phone.Family.DisplayName,
            phone.Family.Products,
            phone.Range.From?.ToString(),
            phone.Range.Before?.ToString(),
            phone.Generation.Id,
            refusals.Count == 0,
            Asked: true,
            refusals
        );

    private static string SubjectOf(byte[] der)
    {
        using var certificate = System.Security.Cryptography.X509Certificates.X509CertificateLoader.LoadCertificate(der);
        return certificate.SubjectName.Name;
    }

    private static bool IsSelfIssued(ReadOnlyMemory<byte> der)
    {
        using var certificate = System.Security.Cryptography.X509Certificates.X509CertificateLoader.LoadCertificate(der.Span);
        return certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);
    }
}

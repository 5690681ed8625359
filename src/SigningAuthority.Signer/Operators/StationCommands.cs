using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Configuration;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Issuance.Revocations;
using SigningAuthority.Storage.Access;
using SigningAuthority.Storage.Revocations;

namespace SigningAuthority.Signer.Operators;

internal static class StationCommands
{
    public static Command Create(IConfiguration settings) =>
        new("station", "Factory stations.") { CreateEnrol(settings), CreateList(settings), CreateRevoke(settings) };

    private static Command CreateEnrol(IConfiguration settings)
    {
        var name = new Argument<string>("name") { Description = "Kebab-case; the CSR's CN must be the same." };
        var csr = new Option<FileInfo>("--csr") { Description = "The station's PKCS#10 request, PEM or DER.", Required = true };
        var output = new Option<FileInfo>("--out") { Description = "Where the certificate goes (PEM).", Required = true };
        var timeout = new Option<int>("--timeout")
        {
            Description = "Seconds to wait for a Signer of lane Device.",
            DefaultValueFactory = _ => 60,
        };
        var command = new Command(
            "enrol",
            """
            Has a station's certificate signed by the station authority and admits the station to the line. A station of
            this name that works already must be revoked first.

            Example:
              openssl req -new -newkey rsa:2048 -nodes -sha256 -keyout line-1.key -out line-1.csr -subj /CN=line-1
              operator station enrol line-1 --csr line-1.csr --out line-1.crt
            """
        )
        {
            name,
            csr,
            output,
            timeout,
        };
        command.SetAction(
            (parsed, cancellation) =>
                OperatorSession.RunAsync(
                    settings,
                    session =>
                        EnrolAsync(
                            session,
                            parsed.GetRequiredValue(name),
                            parsed.GetRequiredValue(csr),
                            parsed.GetRequiredValue(output),
                            TimeSpan.FromSeconds(parsed.GetValue(timeout)),
                            cancellation
                        )
                )
        );
        return command;
    }

    private static async Task EnrolAsync(
        OperatorSession session,
        string name,
        FileInfo csr,
        FileInfo output,
        TimeSpan timeout,
        CancellationToken cancellation
    )
    {
        var stations = new Stations(session.Database);
        if (await stations.FindAsync(name, cancellation) is not null)
            throw new OperatorException($"A station '{name}' works already: operator station revoke {name}");

        var bytes = await File.ReadAllBytesAsync(csr.FullName, cancellation);
        if (ReadCertificationRequest.Read(bytes).Request is { } asked)
            await RequireFreshKeyAsync(stations, asked, cancellation);
        // Opened before anything is signed: a station that is enrolled has its certificate.
        await using var file = new FileStream(output.FullName, FileMode.Create, FileAccess.Write);
        if (ReadCertificationRequest.Read(bytes).Request is { } request && request.CommonName != name)
            throw new OperatorException($"The CSR's CN is '{request.CommonName}', not '{name}'.");
        var certificate = await SubmitInfrastructureRequest.RunAsync(session, RequestKind.Station, name, bytes, timeout, cancellation);
        await stations.EnrolAsync(name, certificate, session.Actor, cancellation);
        await file.WriteAsync(
            System.Text.Encoding.ASCII.GetBytes(PemEncoding.WriteString("CERTIFICATE", certificate.Der) + "\n"),
            cancellation
        );
        Console.WriteLine($"{name} is enrolled until {certificate.NotAfter:yyyy-MM-dd}; its certificate is in {output.FullName}");
    }

    /// <summary>A station is revoked when its key may be in other hands: the same key never works again.</summary>
    private static async Task RequireFreshKeyAsync(Stations stations, CertificationRequest request, CancellationToken cancellation)
    {
        foreach (var revoked in (await stations.ListAsync(cancellation)).Where(station => station.RevokedAt is not null))
        {
            using var certificate = X509CertificateLoader.LoadCertificate(revoked.Certificate);
            if (certificate.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(request.Key.SubjectPublicKeyInfo.Span))
                throw new OperatorException($"This is the key of station '{revoked.Name}', which was revoked: make a new one.");
        }
    }

    private static Command CreateList(IConfiguration settings)
    {
        var command = new Command("list", "Lists stations.");
        command.SetAction(
            (_, cancellation) =>
                OperatorSession.RunAsync(
                    settings,
                    async session =>
                    {
                        foreach (var station in await new Stations(session.Database).ListAsync(cancellation))
                            Console.WriteLine(
                                $"{station.Name} {Convert.ToHexStringLower(station.CertificateSha256)} {(station.RevokedAt is { } revoked ? $"revoked {revoked:yyyy-MM-dd}" : "works")}"
                            );
                    }
                )
        );
        return command;
    }

    private static Command CreateRevoke(IConfiguration settings)
    {
        var name = new Argument<string>("name");
        var command = new Command(
            "revoke",
            "Turns a station away at once, at the door and at the key, and has its certificate revoked for everybody else."
        )
        {
            name,
        };
        command.SetAction(
            (parsed, cancellation) =>
                OperatorSession.RunAsync(
                    settings,
                    async session =>
                    {
                        var stations = new Stations(session.Database);
                        var station = await stations.FindAsync(parsed.GetRequiredValue(name), cancellation);
                        if (station is null || !await stations.RevokeAsync(station.Name, session.Actor, cancellation))
                            throw new OperatorException("No station of that name works.");
                        await RevokeCertificateAsync(session, station, cancellation);
                        Console.WriteLine("Revoked.");
                    }
                )
        );
        return command;
    }

    private static async Task RevokeCertificateAsync(OperatorSession session, Station station, CancellationToken cancellation)
    {
        var certificates = await new RevocableCertificates(session.Database).FindAsync(station.RequestId, cancellation);
        await new RevocationRequests(session.Database).AddAsync(
            [
                .. certificates.Select(certificate => new NewRevocation(
                    certificate,
                    RevocationAction.Revoke,
                    RevocationReason.CessationOfOperation,
                    $"station {station.Name} revoked",
                    RevocationAsker.Operator,
                    null,
                    session.Actor
                )),
            ],
            cancellation
        );
    }
}

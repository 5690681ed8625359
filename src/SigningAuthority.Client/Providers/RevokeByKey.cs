using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Client.Connections;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Revocations;

namespace SigningAuthority.Client.Providers;

/// <summary>Revokes a certificate by its private key: asks for the statement, looks whether it says what is meant, signs it, sends the signature.</summary>
internal static class RevokeByKey
{
    public static async Task<int> RunAsync(
        ServiceAddress address,
        string certificateFile,
        string keyFile,
        string reason,
        CancellationToken cancellation
    )
    {
        using var certificate = CertificateWithKey.Load(certificateFile, keyFile);
        using var key =
            certificate.GetRSAPrivateKey()
            ?? throw new InvalidInputException($"{keyFile} is no RSA key: no certificate of ours has another.");
        var pem = certificate.ExportCertificatePem();
        using var service = ServiceConnection.ForAnybody(address);
        var asked = await service.PostJsonAsync("/api/v1/revocations/statements", new { certificate = pem, reason }, cancellation);
        if (asked.Problem is { } problem)
            return problem.Print(Console.Error);

        var statement = Check(asked.Parse<Statement>(), certificate, reason);
        var signature = key.SignData(statement.Encode(), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return JsonReport.Print(
            await service.PostJsonAsync(
                "/api/v1/revocations",
                new
                {
                    certificate = pem,
                    reason,
                    signature = Convert.ToBase64String(signature),
                },
                cancellation
            )
        );
    }

    /// <summary>Nothing is signed but a revocation of this very certificate: the service chooses the issuer's name in it and nothing else.</summary>
    private static PossessionStatement Check(Statement answer, X509Certificate2 certificate, string reason)
    {
        if (
            !CertificateSerialNumber.TryParse(certificate.SerialNumber, out var serial)
            || !RevocationReasonNames.TryParseOfHolder(reason, out var chosen)
            || new PossessionStatement(answer.Authority, serial, chosen) is not { } statement
            || statement.ToString() != answer.Text
        )
            throw new WorldFaultException(
                "contradicting-answer",
                "the service wants something else signed than this certificate's revocation."
            );
        return statement;
    }

    private sealed record Statement(string Authority, string Text);
}

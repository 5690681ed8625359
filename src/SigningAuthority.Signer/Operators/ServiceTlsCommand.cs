using System.CommandLine;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Configuration;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Signer.Operators;

internal static class ServiceTlsCommand
{
    public static Command Create(IConfiguration settings)
    {
        var dns = new Option<string[]>("--dns")
        {
            Description = "DNS name of the front door; repeatable, the first becomes the CN.",
            Required = true,
        };
        var ip = new Option<string[]>("--ip") { Description = "IP address of the front door; repeatable." };
        var files = new CertifiedKeyFiles("Provider");
        var command = new Command(
            "service-tls",
            """
            Makes a key and has the service authority certify it for the front door's HTTPS.

            Example:
              operator service-tls --dns localhost --ip 127.0.0.1 --out-certificate api.crt --out-key api.key
            """
        )
        {
            dns,
            ip,
        };
        files.AddTo(command);
        command.SetAction(
            (parsed, cancellation) =>
                OperatorSession.RunAsync(
                    settings,
                    async session =>
                    {
                        using var rsa = RSA.Create(2048);
                        var csr = BuildRequest(rsa, parsed.GetRequiredValue(dns), parsed.GetValue(ip) ?? []);
                        var name = parsed.GetRequiredValue(dns)[0];
                        var issued = await SubmitInfrastructureRequest.RunAsync(
                            session,
                            RequestKind.ServiceTls,
                            name,
                            csr,
                            files.ReadTimeout(parsed),
                            cancellation
                        );
                        await files.WriteAsync(parsed, rsa, issued.Der, cancellation);
                        Console.WriteLine($"{name} is certified until {issued.NotAfter:yyyy-MM-dd}");
                    }
                )
        );
        return command;
    }

    private static X500DistinguishedName CommonName(string[] names)
    {
        // A single label such as localhost is a host's name too; wildcards and addresses are not.
        if (names.FirstOrDefault(name => !Fqdn.TryParse(name, out _) && !Fqdn.TryParse(name + ".example", out _)) is { } wrong)
            throw new OperatorException($"'{wrong}' is no host name.");
        var builder = new X500DistinguishedNameBuilder();
        builder.AddCommonName(names[0]);
        return builder.Build();
    }

    private static byte[] BuildRequest(RSA key, string[] names, string[] addresses)
    {
        var request = new CertificateRequest(CommonName(names), key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var alternative = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
            alternative.AddDnsName(name);
        foreach (var address in addresses)
            alternative.AddIpAddress(
                IPAddress.TryParse(address, out var parsed) ? parsed : throw new OperatorException($"'{address}' is no IP address.")
            );
        request.CertificateExtensions.Add(alternative.Build());
        return request.CreateSigningRequest();
    }
}

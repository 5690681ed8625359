using System.CommandLine;
using System.Security.Cryptography.X509Certificates;
using SigningAuthority.Client.Connections;

namespace SigningAuthority.Client.Stations;

/// <summary>The service's address and the station's certificate and key.</summary>
internal sealed class StationOptions
{
    private readonly ServiceOptions _service = new();
    private readonly Option<string?> _certificate = EnvironmentDefault.Option(
        "--cert",
        "SA_STATION_CERT",
        "The station's certificate, PEM."
    );
    private readonly Option<string?> _key = EnvironmentDefault.Option(
        "--key",
        "SA_STATION_KEY",
        "The station's private key, PEM, not encrypted."
    );

    public void AddTo(Command command)
    {
        _service.AddTo(command);
        command.Options.Add(_certificate);
        command.Options.Add(_key);
    }

    public ServiceAddress ReadAddress(ParseResult parsed) => _service.Read(parsed);

    public X509Certificate2 ReadCertificate(ParseResult parsed) =>
        CertificateWithKey.Load(
            EnvironmentDefault.Require(parsed, _certificate, "SA_STATION_CERT"),
            EnvironmentDefault.Require(parsed, _key, "SA_STATION_KEY")
        );
}

using System.Text;

namespace SigningAuthority.Api.Providers.Kits;

/// <summary>
/// The configurations in a kit are made of the examples in deploy/nginx and deploy/apache, which are built into this program: the rule
/// that compares MAC addresses stands there once. An example's own values are replaced; one that is not found any more is a defect.
/// </summary>
internal static class KitTemplates
{
    private const string ExampleName = "sprov.callme.com";
    private const string RuleBegins = "# The device's MAC address, out of the subject";

    // Without the file neither server starts: they are commented out where the authority publishes no lists.
    private const string NginxLists = "ssl_crl client-crl.pem;";
    private const string ApacheLists = "SSLCARevocationFile client-crl.pem";
    private const string ApacheCheck = "SSLCARevocationCheck chain";

    private static readonly string NginxFrame = Read("Kits/nginx.conf");
    private static readonly string ApacheFrame = Read("Kits/apache.conf");
    private static readonly string NginxExample = Read("deploy/nginx/provserver.conf");
    private static readonly string ApacheExample = Read("deploy/apache/provserver.conf");

    /// <summary>The script that keeps client-crl.pem.</summary>
    public static string FetchLists { get; } = Read("deploy/nginx/fetch-crl.sh");

    /// <param name="servers">At least one.</param>
    /// <param name="checksRevocation">Whether devices are looked up in client-crl.pem.</param>
    public static string Nginx(IReadOnlyList<KitServer> servers, bool checksRevocation)
    {
        var server = From(NginxExample, "server {");
        var rule = From(NginxExample, RuleBegins)[..^server.Length];
        return NginxFrame + Indent(rule + string.Join('\n', servers.Select(each => OnNginx(server, each, checksRevocation)))) + "}\n";
    }

    /// <inheritdoc cref="Nginx"/>
    public static string Apache(IReadOnlyList<KitServer> servers, bool checksRevocation)
    {
        var host = From(ApacheExample, "<VirtualHost ");
        return ApacheFrame
            + $"ServerName {servers[0].Name}\n"
            + string.Concat(servers.Select(each => "\n" + OnApache(host, each, checksRevocation)));
    }

    private static string OnNginx(string server, KitServer values, bool checksRevocation) =>
        $"# Generation {values.Generation}.\n"
        + server
            .With("listen 443 ssl;", $"listen {values.Listen} ssl;")
            .With($"server_name {ExampleName};", $"server_name {values.Name};")
            .With("/etc/nginx/provisioning/provserver.crt", values.CertificateFile)
            .With("/etc/nginx/provisioning/", "")
            .With("root /srv/provisioning;", "root www;")
            .With(NginxLists, checksRevocation ? NginxLists : "#" + NginxLists);

    private static string OnApache(string host, KitServer values, bool checksRevocation) =>
        $"# Generation {values.Generation}.\nListen {values.Listen}\n"
        + host.With("<VirtualHost *:443>", $"<VirtualHost {values.Listen}>")
            .With($"ServerName {ExampleName}", $"ServerName {values.Name}")
            .With("/etc/apache2/provisioning/provserver.crt", values.CertificateFile)
            .With("/etc/apache2/provisioning/", "")
            .With("DocumentRoot /srv/provisioning", "DocumentRoot www")
            .With(ApacheLists, checksRevocation ? ApacheLists : "#" + ApacheLists)
            .With(ApacheCheck, checksRevocation ? ApacheCheck : "#" + ApacheCheck);

    private static string With(this string example, string written, string ours) =>
        example.Contains(written, StringComparison.Ordinal)
            ? example.Replace(written, ours, StringComparison.Ordinal)
            : throw new InvalidOperationException($"The example has no \"{written}\" any more.");

    private static string From(string example, string mark) =>
        example.IndexOf("\n" + mark, StringComparison.Ordinal) is >= 0 and var found
            ? example[(found + 1)..]
            : throw new InvalidOperationException($"The example has no line \"{mark}\" any more.");

    private static string Indent(string text) =>
        string.Concat(text.TrimEnd('\n').Split('\n').Select(line => line.Length == 0 ? "\n" : $"    {line}\n"));

    private static string Read(string name)
    {
        using var resource =
            typeof(KitTemplates).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not built in.");
        using var reader = new StreamReader(resource, Encoding.UTF8);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}

using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;

namespace SigningAuthority.Api.Publication;

/// <summary>/providers: how a provider comes from nothing to a server that phones accept, with this service's own address in the commands.</summary>
internal static class ProvidersPage
{
    private const string Style =
        "body{font:16px/1.5 sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem}code{overflow-wrap:anywhere}pre{background:#f3f3f3;padding:.75rem;white-space:pre-wrap;overflow-wrap:anywhere}table{border-collapse:collapse}td,th{text-align:left;vertical-align:top;padding:.25rem .75rem .25rem 0;overflow-wrap:anywhere}";

    private static readonly string Template = Read();

    public static string ContentSecurityPolicy { get; } =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>GET and HEAD /providers.</summary>
    public static IResult Serve(HttpContext context)
    {
        context.Response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
        // The address in it is the one that was asked: no copy for others.
        context.Response.Headers.CacheControl = "no-store";
        return Results.Content(Write(context.Request.Host), "text/html; charset=utf-8", Encoding.UTF8);
    }

    private static string Write(HostString host) =>
        Template
            .Replace("{{style}}", Style, StringComparison.Ordinal)
            .Replace("{{url}}", HtmlEncoder.Default.Encode("https://" + host.ToUriComponent()), StringComparison.Ordinal)
            .Replace("{{refusals}}", string.Concat(RefusalAdvice.All.Select(Row)), StringComparison.Ordinal);

    private static string Row(AdvisedRule rule) =>
        $"<tr><td><code>{rule.Code}</code></td><td>{HtmlEncoder.Default.Encode(rule.Advice)}</td><td>{HtmlEncoder.Default.Encode(rule.Source)}</td></tr>\n";

    private static string Read()
    {
        using var resource =
            typeof(ProvidersPage).Assembly.GetManifestResourceStream("Publication/providers.html")
            ?? throw new InvalidOperationException("The providers' page is not built in.");
        using var reader = new StreamReader(resource, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}

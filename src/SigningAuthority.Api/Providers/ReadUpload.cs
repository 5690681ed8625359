using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using SigningAuthority.Api.Hosting;
using SigningAuthority.Api.Requests;
using SigningAuthority.Issuance.Policy;

namespace SigningAuthority.Api.Providers;

/// <summary>What a provider sent, out of its envelope: the octets of the CSR and what stood beside it.</summary>
internal sealed record Upload(ReadOnlyMemory<byte> Csr, IReadOnlyList<string> Devices, string? Note, IReadOnlyList<Violation> Violations)
{
    public RequestParameters Parameters { get; init; } = RequestParameters.None;

    /// <summary>What is wrong with <see cref="Parameters"/>: the CSR is judged beside it.</summary>
    public IReadOnlyList<Violation> ParameterViolations { get; init; } = [];

    public Upload With((RequestParameters Parameters, IReadOnlyList<Violation> Violations) read) =>
        this with
        {
            Parameters = read.Parameters,
            ParameterViolations = read.Violations,
        };
}

/// <summary>
/// Takes a CSR in whatever it comes: the bare file under any content type (curl --data-binary sends application/x-www-form-urlencoded),
/// JSON, or a form's file. Everything stays in memory: it might be a private key.
/// </summary>
internal static class ReadUpload
{
    private const string JsonExample = "{\"csr\": \"-----BEGIN CERTIFICATE REQUEST-----…\", \"devices\": [\"SPA962\"], \"note\": \"…\"}";

    public static Task<Upload> ReadAsync(HttpRequest request)
    {
        var devices = request.Query["device"].OfType<string>().ToList();
        if (request.HasJsonContentType())
            return ReadJsonAsync(request, devices);
        return request.ContentType?.StartsWith("multipart/form-data", StringComparison.OrdinalIgnoreCase) == true
            ? ReadFormAsync(request, devices)
            : ReadBareAsync(request, devices);
    }

    /// <summary>A CSR inside JSON: PEM, or the base64 of DER.</summary>
    public static ReadOnlyMemory<byte> OctetsOf(string csr)
    {
        var der = new byte[csr.Length];
        return !csr.Contains("-----") && Convert.TryFromBase64String(csr, der, out var length)
            ? der.AsMemory(0, length)
            : Encoding.UTF8.GetBytes(csr);
    }

    /// <summary>The query string's values, and those of the body beside them.</summary>
    private static (RequestParameters, IReadOnlyList<Violation>) Parameters(
        IQueryCollection query,
        StringValues dryRun,
        StringValues addresses,
        StringValues renews,
        StringValues replaces
    )
    {
        var known = new QueryValues(query);
        // A mistyped dryRun would be a submission.
        known.RequireKnown(RequestParameters.Known);
        var (parameters, violations) = RequestParameters.Read(
            StringValues.Concat(query["dryRun"], dryRun),
            StringValues.Concat(query["address"], addresses),
            StringValues.Concat(query["renews"], renews),
            StringValues.Concat(query["replaces"], replaces)
        );
        return (parameters, [.. known.Violations, .. violations]);
    }

    private static async Task<Upload> ReadBareAsync(HttpRequest request, List<string> devices)
    {
        var body = await ReadBody.ReadAsync(request);
        return new Upload(body.Octets, devices, null, body.Defect is { } defect ? [defect] : []).With(
            Parameters(request.Query, [], [], [], [])
        );
    }

    private static async Task<Upload> ReadJsonAsync(HttpRequest request, List<string> devices)
    {
        var body = await ReadBody.ReadAsync(request);
        if (body.Defect is { } defect)
            return new Upload(default, devices, null, [defect]);

        using var json = JsonEnvelope.Read(body.Octets, JsonExample);
        var csr = json.Text("csr");
        var note = json.Text("note");
        devices.AddRange(json.Texts("devices"));
        var missing =
            csr is null && json.Violations.Count == 0
                ?
                [
                    EnvelopeRules.CsrMissing.BrokenBy(
                        "csr",
                        "the request in PEM, or the base64 of its DER",
                        "nothing",
                        "The JSON has no \"csr\".",
                        JsonExample
                    ),
                ]
                : Array.Empty<Violation>();
        var parameters = Parameters(
            request.Query,
            json.Flag("dryRun") ? "true" : default(StringValues),
            new StringValues([.. json.Texts("addresses")]),
            json.Text("renews"),
            json.Text("replaces")
        );
        return new Upload(csr is null ? default : OctetsOf(csr), devices, note, [.. json.Violations, .. missing]).With(parameters);
    }

    private static async Task<Upload> ReadFormAsync(HttpRequest request, List<string> devices)
    {
        try
        {
            // The threshold equals the limit: no part is ever buffered in a file.
            var form = await new FormFeature(
                request,
                new FormOptions
                {
                    MemoryBufferThreshold = ListeningSockets.MostBodyOctets,
                    MultipartBodyLengthLimit = ListeningSockets.MostBodyOctets,
                    ValueLengthLimit = ListeningSockets.MostBodyOctets,
                    ValueCountLimit = 256,
                }
            ).ReadFormAsync(request.HttpContext.RequestAborted);
            devices.AddRange(form["device"].Concat(form["devices"]).OfType<string>());
            return (await ReadPartsAsync(form, devices)).With(
                Parameters(request.Query, form["dryRun"], form["address"], form["renews"], form["replaces"])
            );
        }
        catch (BadHttpRequestException exception)
        {
            return new Upload(default, devices, null, [ReadBody.Explain(exception)]);
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException)
        {
            return new Upload(
                default,
                devices,
                null,
                [
                    EnvelopeRules.FormMalformed.BrokenBy(
                        "body",
                        "multipart/form-data with one file",
                        "something else",
                        "The form can't be read.",
                        "curl -F csr=@provserver.csr -F device=SPA962 …"
                    ),
                ]
            );
        }
    }

    private static async Task<Upload> ReadPartsAsync(IFormCollection form, List<string> devices)
    {
        var note = form["note"] is [{ Length: > 0 } text] ? text : null;
        if (form.Files.Count > 1)
        {
            return new Upload(
                default,
                devices,
                null,
                [
                    EnvelopeRules.SeveralFiles.BrokenBy(
                        "body",
                        "one file",
                        $"{form.Files.Count} files",
                        "Only the request is uploaded; a private key in another file would have left your machine.",
                        "curl -F csr=@provserver.csr -F device=SPA962 …"
                    ),
                ]
            );
        }

        if (form.Files is [var file])
        {
            using var content = new MemoryStream();
            await file.CopyToAsync(content);
            return new Upload(content.ToArray(), devices, note, []);
        }

        return form["csr"] is [{ Length: > 0 } pasted]
            ? new Upload(OctetsOf(pasted), devices, note, [])
            : new Upload(
                default,
                devices,
                note,
                [
                    EnvelopeRules.CsrMissing.BrokenBy(
                        "csr",
                        "one file, or a field \"csr\"",
                        "neither",
                        "The form has no certification request.",
                        "curl -F csr=@provserver.csr -F device=SPA962 …"
                    ),
                ]
            );
    }
}

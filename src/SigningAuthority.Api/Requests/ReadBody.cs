using System.Buffers;
using SigningAuthority.Api.Hosting;
using SigningAuthority.Issuance.Policy;

namespace SigningAuthority.Api.Requests;

/// <summary>A body as it came, or why there is none: exactly one of the two.</summary>
internal sealed record ReceivedBody(ReadOnlyMemory<byte> Octets, Violation? Defect);

/// <summary>Reads a whole body into memory, up to the server's limit; nothing of it ever touches a disk.</summary>
internal static class ReadBody
{
    public static async Task<ReceivedBody> ReadAsync(HttpRequest request)
    {
        try
        {
            while (true)
            {
                var read = await request.BodyReader.ReadAsync(request.HttpContext.RequestAborted);
                if (read.IsCompleted)
                {
                    var body = read.Buffer.ToArray();
                    request.BodyReader.AdvanceTo(read.Buffer.End);
                    return new ReceivedBody(body, null);
                }

                request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            }
        }
        catch (BadHttpRequestException exception)
        {
            return new ReceivedBody(default, Explain(exception));
        }
    }

    public static Violation Explain(BadHttpRequestException exception) =>
        exception.StatusCode == StatusCodes.Status413PayloadTooLarge
            ? EnvelopeRules.BodyTooLarge.BrokenBy(
                "body",
                $"at most {ListeningSockets.MostBodyOctets} octets",
                "more",
                "No certification request is that large; the upload was cut off.",
                "check the file's name: openssl req -in provserver.csr -noout -text"
            )
            : EnvelopeRules.BodyBroken.BrokenBy(
                "body",
                "the whole body",
                "less than was announced",
                "The body ended early or came too slowly.",
                "send it again"
            );
}

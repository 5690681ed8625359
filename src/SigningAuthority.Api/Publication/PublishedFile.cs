using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace SigningAuthority.Api.Publication;

/// <summary>A file under /roots/, as it is served.</summary>
internal sealed record PublishedFile(string Name, string MediaType, byte[] Content, DateTimeOffset LastModified)
{
    public EntityTagHeaderValue ETag { get; } = new($"\"{Convert.ToHexStringLower(SHA256.HashData(Content))[..32]}\"");
}

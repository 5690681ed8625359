using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace SigningAuthority.Api.Publication;

/// <summary>A file under /roots/, as it is served.</summary>
internal sealed record PublishedFile(string Name, string MediaType, byte[] Content, DateTimeOffset LastModified)
{
    public byte[] Sha256 { get; } = SHA256.HashData(Content);

    public EntityTagHeaderValue ETag => new($"\"{Convert.ToHexStringLower(Sha256)[..32]}\"");

    /// <summary>Holds roots, and is no list or feed of them: who takes one has what it takes to trust.</summary>
    public bool IsCertificates { get; init; } = true;

    /// <summary>What stands under the name may be another tomorrow, so that copies are asked for each time whether they are the newest.</summary>
    public bool IsChanging { get; init; }
}

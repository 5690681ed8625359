using System.Security.Cryptography;
using SigningAuthority.Storage.KeyPairs;

namespace SigningAuthority.Api.Stations.KeyPairs;

/// <summary>The private key that was made for a unit, as its station gets it: in an envelope that the station alone can open.</summary>
/// <param name="Id">What DELETE /api/v1/station/keys/{id} is told once the unit has the key.</param>
/// <param name="RecipientSha256">Fingerprint of the station's certificate that the envelope is for, lower-case hexadecimal.</param>
/// <param name="Envelope">PEM of CMS EnvelopedData around PKCS#8: openssl cms -decrypt -inform PEM. Missing once it is erased.</param>
/// <param name="KeptUntil">When it is erased if nobody says that the unit has it. Missing once it is erased.</param>
internal sealed record DeviceKey(Guid Id, string RecipientSha256, string? Envelope, DateTimeOffset? KeptUntil, DateTimeOffset? ErasedAt)
{
    /// <param name="pair">Made.</param>
    /// <param name="keptDays">How long the policy keeps envelopes.</param>
    public static DeviceKey Of(KeyPair pair, int keptDays) =>
        new(
            pair.Id,
            Convert.ToHexStringLower(pair.RecipientSha256!),
            pair.Envelope is { } der ? PemEncoding.WriteString("CMS", der) + "\n" : null,
            pair.Envelope is null ? null : pair.MadeAt!.Value.AddDays(keptDays),
            pair.ErasedAt
        );
}

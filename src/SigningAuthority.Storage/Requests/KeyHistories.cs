using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Storage.Requests;

/// <summary>What the uses of a public key mean to one who asks for a certificate with it; the same reading at the door and at the key.</summary>
public static class KeyHistories
{
    /// <param name="uses">All known uses; those of the asking request itself change nothing.</param>
    /// <param name="kind">What is asked for.</param>
    /// <param name="providerId">The tenant that asks, for a provisioning server.</param>
    /// <param name="mac">The device that asks: 12 upper-case hexadecimal digits.</param>
    public static KeyHistory ToHistory(this IEnumerable<PublicKeyUse> uses, RequestKind kind, Guid? providerId, string? mac)
    {
        var known = uses.ToList();
        return known.Count == 0
            ? KeyHistory.Unknown
            : new KeyHistory(
                BelongsToAuthority: known.Exists(use => use.Authority is not null),
                CertifiedForDevice: known.Exists(use => IsDevice(use.Kind) && (!IsDevice(kind) || use.Mac != mac)),
                CertifiedForAnotherProvider: known.Exists(use => IsForeign(use, kind, providerId))
            );
    }

    private static bool IsDevice(RequestKind? kind) => kind is RequestKind.Device or RequestKind.TestDevice or RequestKind.ResignedDevice;

    private static bool IsForeign(PublicKeyUse use, RequestKind kind, Guid? providerId) =>
        use.Kind is { } used
        && !IsDevice(used)
        && (used != kind || (kind == RequestKind.ProvisioningServer && use.ProviderId != providerId));
}

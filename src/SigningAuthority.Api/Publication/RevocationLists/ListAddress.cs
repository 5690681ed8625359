using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using SigningAuthority.Storage.RevocationLists;

namespace SigningAuthority.Api.Publication.RevocationLists;

/// <summary>What an address below /crl/ names: an authority's complete list, its delta, or the list of a part; as DER or as PEM.</summary>
/// <param name="Shard">0 but for the list of a part.</param>
internal sealed record ListAddress(string Authority, RevocationListKind Kind, int Shard, bool IsPem)
{
    private const string Extension = ".crl";
    private const string DeltaExtension = ".delta.crl";
    private const string Pem = ".pem";

    /// <param name="file">{authority}.crl, {authority}.delta.crl, each also with .pem.</param>
    /// <param name="address">Set when true is returned.</param>
    public static bool TryParse(string file, [NotNullWhen(true)] out ListAddress? address)
    {
        var (name, isPem) = WithoutPem(file);
        address =
            name.EndsWith(DeltaExtension, StringComparison.Ordinal)
                ? new ListAddress(name[..^DeltaExtension.Length], RevocationListKind.Delta, 0, isPem)
            : name.EndsWith(Extension, StringComparison.Ordinal)
                ? new ListAddress(name[..^Extension.Length], RevocationListKind.Complete, 0, isPem)
            : null;
        return address is not null;
    }

    /// <param name="authority">Its id.</param>
    /// <param name="file">{number}.crl, also with .pem.</param>
    /// <param name="address">Set when true is returned.</param>
    public static bool TryParse(string authority, string file, [NotNullWhen(true)] out ListAddress? address)
    {
        var (name, isPem) = WithoutPem(file);
        address =
            name.EndsWith(Extension, StringComparison.Ordinal)
            && int.TryParse(name.AsSpan(..^Extension.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var shard)
            && shard > 0
                ? new ListAddress(authority, RevocationListKind.Shard, shard, isPem)
                : null;
        return address is not null;
    }

    private static (string Name, bool IsPem) WithoutPem(string file) =>
        file.EndsWith(Extension + Pem, StringComparison.Ordinal) ? (file[..^Pem.Length], true) : (file, false);
}

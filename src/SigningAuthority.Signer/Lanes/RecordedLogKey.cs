using Npgsql;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.IssuanceLog.Tree;
using SigningAuthority.Storage.Certificates;

namespace SigningAuthority.Signer.Lanes;

internal static class RecordedLogKey
{
    /// <summary>The log's public key as its ceremony recorded it; null before that.</summary>
    public static async Task<NoteKey?> FindAsync(NpgsqlDataSource database, string origin, CancellationToken cancellation)
    {
        var all = await new Authorities(database).ReadAllAsync(cancellation);
        return all.FirstOrDefault(authority => authority.Purpose == nameof(AuthorityPurpose.LogKey)) is { } log
            ? new NoteKey(origin, log.SubjectPublicKeyInfo)
            : null;
    }
}

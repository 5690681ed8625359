using System.Globalization;
using System.Security.Cryptography;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.Certificates;

namespace SigningAuthority.Signer.Ceremony;

/// <summary>
/// <c>ceremony revoke-cross</c>: a cross-certificate goes on its issuer's lists. Above all oldWithNew, when the old root's key is lost: it would make what
/// a thief signs valid for those who trust the new root alone. A retired issuer's too: its lists go on.
/// </summary>
internal sealed class RevokeCross(CrossCertificates crosses, TimeProvider time, TextWriter output, string actor)
{
    private const int People = 2;

    /// <param name="issuer">Id of the root that signed it.</param>
    /// <param name="subject">Id of the root that it certifies.</param>
    /// <param name="reason">Any but those of a hold.</param>
    /// <param name="confirmedBy">Names; at least two different ones.</param>
    /// <param name="cancel">Abandoning is safe.</param>
    /// <exception cref="CeremonyRefusal">There is none, or too few have confirmed.</exception>
    public async Task RunAsync(
        string issuer,
        string subject,
        RevocationReason reason,
        IReadOnlyList<string> confirmedBy,
        CancellationToken cancel
    )
    {
        var people = confirmedBy
            .Select(name => name.Trim())
            .Where(name => name.Length > 0)
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .ToList();
        if (people.Count < People)
            throw new CeremonyRefusal("Two different people confirm it: --confirmed-by NAME --confirmed-by NAME.");
        var made = (await crosses.ReadAllAsync(cancel)).FirstOrDefault(cross => cross.Issuer == issuer && cross.Subject == subject);
        if (made is null || await crosses.FindIntentAsync(issuer, subject, cancel) is not { } intent)
            throw new CeremonyRefusal($"\"{issuer}\" has made no certificate of \"{subject}\".");

        var since = await crosses.RevokeAsync(
            issuer,
            subject,
            reason,
            at => new CertificateRevoked
            {
                At = time.GetUtcNow(),
                Actor = $"{actor} ({string.Join(", ", people)})",
                Subject = subject,
                Fingerprint = Convert.ToHexStringLower(SHA256.HashData(made.Der)),
                Details = new RevocationDetails(issuer, intent.SerialNumber.Hex, reason.Name(), "operator", actor)
                {
                    Note = $"cross-certificate of {subject}",
                },
                RevokedAt = at,
            },
            cancel
        );
        await output.WriteLineAsync(
            since is { } revoked
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"{subject} certified by {issuer}: revoked since {revoked.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z"
                )
                : $"{subject} certified by {issuer}: was revoked before, left as it is"
        );
    }
}

using System.Security.Cryptography;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Certificates.Lint;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Keys;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.Certificates;
using SigningAuthority.Storage.Roots;

namespace SigningAuthority.Signer.Ceremony;

/// <summary>
/// <c>ceremony cross</c>: two generations of a root certify each other (RFC 4210 §4.4). With newWithOld whoever knows the old root alone
/// accepts what the new one signs, with oldWithNew the other way round. Only for generations of one name: the certificates are then
/// self-issued, which a root's pathLenConstraint of 0 does not count (RFC 5280 §4.2.1.9). oldWithNew is made on demand alone: should the old key
/// be lost one day, what a thief signs is believed through it by those who trust the new root alone. Held again it goes on, with the same bytes.
/// </summary>
internal sealed class CrossCertify(
    AuthorityConfiguration configuration,
    Authorities authorities,
    CrossCertificates crosses,
    RootManifests manifests,
    IKeyStore keys,
    PublicationAddresses? publication,
    TimeProvider time,
    TextWriter output,
    string actor
)
{
    /// <param name="older">Id of a root.</param>
    /// <param name="newer">Id of a root that succeeds it, in any number of steps.</param>
    /// <param name="isOldWithNew">The newer one certifies the older one too.</param>
    /// <param name="confirm">Says yes to a certificate, or refuses.</param>
    /// <param name="folder">Where the certificates go, PEM.</param>
    /// <param name="cancel">Abandoning is safe: hold it again.</param>
    /// <exception cref="CeremonyRefusal">The two can't certify each other, or nobody confirmed.</exception>
    public async Task RunAsync(
        string older,
        string newer,
        bool isOldWithNew,
        Func<CrossPlan, Confirmation> confirm,
        string folder,
        CancellationToken cancel
    )
    {
        // 1. Two generations of one chain and of one name, both of which exist.
        var (first, second) = (Find(older), Find(newer));
        if (!configuration.Generations.From(first.Id).Skip(1).Contains(second))
            throw new CeremonyRefusal($"\"{newer}\" does not succeed \"{older}\": see succeeds in ca-config/authorities.");
        if (Array.Find((AuthorityDefinition[])[first, second], root => root.Retired) is { } retired)
            throw new CeremonyRefusal($"\"{retired.Id}\" is retired: it certifies nothing any more, and no other root vouches for it.");
        using var oldRoot = await ReadAsync(first, cancel);
        using var newRoot = await ReadAsync(second, cancel);
        if (!oldRoot.Subject.Der.Span.SequenceEqual(newRoot.Subject.Der.Span))
            throw new CeremonyRefusal(
                $"\"{older}\" and \"{newer}\" have different subjects. A certificate between them would be an intermediate, which pathLenConstraint 0 "
                    + "of both roots forbids (RFC 5280 §4.2.1.9); providers take the new root from the bundle instead."
            );

        // 2. Nothing is signed by a generation before its day, nor would OCSP answer for what it signed.
        if (isOldWithNew && await IsNextAsync(second, cancel))
            throw new CeremonyRefusal(
                $"\"{newer}\" signs nothing before its day (activeFrom, and roots.publishedDaysAhead after it was published): --old-with-new is for then."
            );

        // 3. The old one over the new one; the other way round where it is asked for.
        await CertifyAsync(first, oldRoot, second, newRoot, confirm, folder, cancel);
        if (isOldWithNew)
            await CertifyAsync(second, newRoot, first, oldRoot, confirm, folder, cancel);
    }

    private async Task CertifyAsync(
        AuthorityDefinition issuer,
        IssuerCertificate issuerRoot,
        AuthorityDefinition subject,
        IssuerCertificate subjectRoot,
        Func<CrossPlan, Confirmation> confirm,
        string folder,
        CancellationToken cancel
    )
    {
        // 1. Never twice.
        var made = (await crosses.ReadAllAsync(cancel)).FirstOrDefault(cross => cross.Issuer == issuer.Id && cross.Subject == subject.Id);
        if (made is not null)
        {
            await SaveAsync(folder, issuer, subject, made.Der, "exists already, left as it is");
            return;
        }

        // 2. A person says yes, before the bytes are written down; what is written down is finished as it stands.
        var intent = await crosses.FindIntentAsync(issuer.Id, subject.Id, cancel);
        var plan = CrossPlan.Of(issuer, issuerRoot, subject, subjectRoot, PointsOf(issuer, subject));
        var confirmation = confirm(plan);

        // 3. Promise 1: the bytes are durable, with their log entry, before the key signs anything; and they were looked at by other code.
        if (intent is null)
            intent = await RecordIntentAsync(plan, issuerRoot, subjectRoot, confirmation, cancel);
        else
            RequireClean(intent.ToBeSigned, issuerRoot, subjectRoot, [plan.Points, CertificatePoints.None]);

        // 4. Sign the recorded bytes, and believe only what verifies.
        using var key = keys.Open(issuer.KeyLabel);
        if (!key.SubjectPublicKeyInfo.AsSpan().SequenceEqual(issuerRoot.SubjectPublicKeyInfo))
            throw new CeremonyRefusal($"The key \"{issuer.KeyLabel}\" is not that of {issuer.Id}'s certificate.");
        var signature = key.Sign(intent.ToBeSigned);
        var der = SignedCertificate.Assemble(intent.ToBeSigned, signature);
        if (
            !issuerRoot.Verifies(intent.ToBeSigned, signature) || !SignedCertificate.ToBeSignedIn(der).Span.SequenceEqual(intent.ToBeSigned)
        )
            throw new CeremonyRefusal($"The signature by {issuer.Id} does not verify with its certificate; nothing more was recorded.");

        // 5. The record and its entry, in one transaction. From here on it can be revoked. Whoever needs it is given the file.
        await crosses.InsertCertificateAsync(
            intent,
            der,
            new CrossCreated
            {
                At = time.GetUtcNow(),
                Actor = actor,
                Subject = plan.Subject,
                Fingerprint = Hash(der),
                Authority = issuer.Id,
                Generation = subject.Id,
                SerialNumber = intent.SerialNumber.Hex,
            },
            cancel
        );
        await SaveAsync(folder, issuer, subject, der, $"created, until {intent.NotAfter:yyyy-MM-dd}");
    }

    private async Task<CrossIntent> RecordIntentAsync(
        CrossPlan plan,
        IssuerCertificate issuerRoot,
        IssuerCertificate subjectRoot,
        Confirmation confirmation,
        CancellationToken cancel
    )
    {
        var serial = CertificateSerialNumber.Draw();
        var toBeSigned = CrossCertificate.EncodeToBeSigned(issuerRoot, subjectRoot, plan.Points, serial, plan.NotBefore, plan.NotAfter);
        RequireClean(toBeSigned, issuerRoot, subjectRoot, [plan.Points]);

        var intent = new CrossIntent(plan.Issuer.Id, plan.Certified.Id, serial, toBeSigned, plan.NotBefore, plan.NotAfter);
        await crosses.InsertIntentAsync(
            intent,
            new CrossIntended
            {
                At = time.GetUtcNow(),
                Actor = $"{actor} ({confirmation.By})",
                Subject = plan.Subject,
                Authority = intent.Issuer,
                Generation = intent.Subject,
                SerialNumber = serial.Hex,
                ToBeSignedSha256 = Hash(toBeSigned),
                NotBefore = intent.NotBefore,
                NotAfter = intent.NotAfter,
            },
            cancel
        );
        return intent;
    }

    /// <param name="toBeSigned">About to be written down, or written down by a ceremony that was interrupted.</param>
    /// <param name="issuerRoot">Who vouches.</param>
    /// <param name="subjectRoot">Who is vouched for.</param>
    /// <param name="allowed">The addresses that it may carry. What is on record may be without: it was begun before there were any.</param>
    private static void RequireClean(
        byte[] toBeSigned,
        IssuerCertificate issuerRoot,
        IssuerCertificate subjectRoot,
        CertificatePoints[] allowed
    )
    {
        var findings = allowed.Select(points => LintCrossCertificate.Find(toBeSigned, issuerRoot, subjectRoot, points)).ToList();
        if (findings.TrueForAll(found => found.Count > 0))
            throw new CeremonyRefusal("lint: " + string.Join("; ", findings[0]));
    }

    /// <summary>None where devices of either generation are not known to stand them, as in everything else that these roots sign.</summary>
    /// <exception cref="CeremonyRefusal">No address is set: nobody would hear of its revocation, and it is made once.</exception>
    private CertificatePoints PointsOf(AuthorityDefinition issuer, AuthorityDefinition subject) =>
        issuer.DevicesAccept is { Addresses: AddressHandling.NotTolerated }
        || subject.DevicesAccept is { Addresses: AddressHandling.NotTolerated }
            ? CertificatePoints.None
            : publication?.PointsOf(issuer.Id)
                ?? throw new CeremonyRefusal(
                    "Publication:Address is not configured (environment: Publication__Address), below which software asks whether a cross-certificate "
                        + "was revoked. Set it to where the front door's plain HTTP is reached from outside, such as http://pki.example.com."
                );

    private async Task<bool> IsNextAsync(AuthorityDefinition root, CancellationToken cancel)
    {
        var times = await manifests.ReadTimesAsync(configuration, await authorities.ReadAllAsync(cancel), cancel);
        return configuration.Generations.StandingOf(root, times.PublishedAt, time.GetUtcNow()) == Standing.Next;
    }

    private async Task<IssuerCertificate> ReadAsync(AuthorityDefinition definition, CancellationToken cancel)
    {
        var recorded = (await authorities.ReadAllAsync(cancel)).FirstOrDefault(authority => authority.Authority == definition.Id);
        return recorded?.Der is { } der
            ? IssuerCertificate.Read(der)
            : throw new CeremonyRefusal($"The ceremony of \"{definition.Id}\" has not been held: ceremony create {definition.Id}");
    }

    private AuthorityDefinition Find(string id) =>
        configuration.FindAuthority(id) is { Purpose: AuthorityPurpose.ClientRoot or AuthorityPurpose.ServerRoot } found
            ? found
            : throw new CeremonyRefusal($"ca-config has no root \"{id}\".");

    private async Task SaveAsync(string folder, AuthorityDefinition issuer, AuthorityDefinition subject, byte[] der, string outcome)
    {
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, $"{issuer.Id}-{subject.Id}-cross.pem");
        await File.WriteAllTextAsync(file, PemEncoding.WriteString("CERTIFICATE", der) + "\n");
        await output.WriteLineAsync($"{subject.Id} certified by {issuer.Id}: {outcome}, {file}");
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}

/// <summary>What is put before the person who confirms: one generation that certifies another.</summary>
internal sealed record CrossPlan(
    AuthorityDefinition Issuer,
    AuthorityDefinition Certified,
    DateTimeOffset NotBefore,
    DateTimeOffset NotAfter,
    CertificatePoints Points
)
{
    public string Subject => Certified.SubjectName.ToRfc4514();

    /// <summary>As long as both are valid (RFC 4210 §4.4.1): from the later beginning to the earlier end.</summary>
    public static CrossPlan Of(
        AuthorityDefinition issuer,
        IssuerCertificate issuerRoot,
        AuthorityDefinition certified,
        IssuerCertificate certifiedRoot,
        CertificatePoints points
    ) =>
        new(
            issuer,
            certified,
            issuerRoot.NotBefore > certifiedRoot.NotBefore ? issuerRoot.NotBefore : certifiedRoot.NotBefore,
            issuerRoot.NotAfter < certifiedRoot.NotAfter ? issuerRoot.NotAfter : certifiedRoot.NotAfter,
            points
        );

    public IEnumerable<(string Name, string Value)> Facts()
    {
        yield return ("signed by", $"{Issuer.Id} ({Issuer.DisplayName})");
        yield return ("certified", $"{Certified.Id} ({Certified.DisplayName})");
        yield return ("subject", Subject);
        yield return ("not before", $"{NotBefore:yyyy-MM-dd HH:mm:ss}Z");
        yield return ("not after", $"{NotAfter:yyyy-MM-dd HH:mm:ss}Z");
        yield return ("list", Points.Crl?.AbsoluteUri ?? "no address: nobody hears of a revocation from the certificate itself");
    }
}

using System.Security.Cryptography;
using System.Text;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Certificates.Lint;
using SigningAuthority.Issuance.Keys;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.Certificates;

namespace SigningAuthority.Signer.Ceremony;

/// <summary>
/// Creates one authority: its key inside the store, its self-signed root, the record of both, a signed transcript. An
/// interrupted ceremony is held again: it goes on from the recorded intent and signs the same bytes.
/// </summary>
internal sealed class HoldCeremony(Authorities authorities, IKeyStore keys, TimeProvider time, string actor)
{
    /// <param name="plan">What to make; of an interrupted ceremony the recorded dates count.</param>
    /// <param name="confirm">Asks the person; called once, with the plan as it will be carried out.</param>
    /// <param name="adoptKey">Go on with a key of this label that is in the store although no intent is recorded for it.</param>
    /// <param name="configurationHash">Of ca-config, for the transcript.</param>
    /// <param name="transcripts">Folder for the transcript and its signature.</param>
    /// <param name="cancel">Abandoning is safe at any point: hold the ceremony again.</param>
    /// <exception cref="CeremonyRefusal">The authority exists, something is not as recorded, lint objects, or nobody confirmed.</exception>
    /// <exception cref="KeyStoreException">The key store could not be used.</exception>
    public async Task<AuthorityCertificate> CreateAsync(
        AuthorityPlan plan,
        Func<AuthorityPlan, Confirmation> confirm,
        bool adoptKey,
        string configurationHash,
        string transcripts,
        CancellationToken cancel
    )
    {
        var definition = plan.Definition;

        // 1. Never overwrite: what is recorded as created stays as it is.
        if (await IsCreatedAsync(definition.Id, cancel))
            throw new CeremonyRefusal($"The authority \"{definition.Id}\" exists already; it is left as it is.");

        // 2. An intent means that a ceremony was interrupted: its dates and bytes are the ones to finish.
        var intent = await authorities.FindIntentAsync(definition.Id, cancel);
        var resumed = intent is not null;
        if (intent is not null)
            plan = plan with { NotBefore = intent.NotBefore };

        // 3. A person says yes to exactly this, before any key is made.
        var confirmation = confirm(plan);

        // 4. The key. One that is there without an intent is somebody's: it is used only when the operator says so.
        using var key = resumed ? keys.Open(intent!.KeyLabel) : MakeKey(plan, adoptKey);
        if (key.Algorithm != plan.Algorithm)
            throw new CeremonyRefusal($"The key \"{definition.KeyLabel}\" is {key.Algorithm}, configured is {plan.Algorithm}.");

        // 5. Promise 1: the bytes are durable, with their log entry, before the key signs anything; and they were looked at by other code.
        if (intent is null)
            intent = await RecordIntentAsync(plan, key, cancel);
        else
            RequireSame(intent, plan, key);

        // 6. Sign the recorded bytes and believe only what verifies.
        var certificate = intent.ToBeSigned is { } toBeSigned ? SignRoot(toBeSigned, key) : null;

        // 7. The transcript before the record: a ceremony that is on record has one.
        var text = Transcript.Write(plan, confirmation, key, keys.Describe(), certificate, resumed, configurationHash, time.GetUtcNow());
        var bytes = Encoding.UTF8.GetBytes(text);
        Transcript.Save(transcripts, definition.Id, text, key.Sign(bytes));

        // 8. The record and its log entry, in one transaction. From here on the authority exists.
        var created = new AuthorityCertificate
        {
            Authority = intent.Authority,
            Purpose = intent.Purpose,
            KeyLabel = intent.KeyLabel,
            Subject = intent.Subject,
            SubjectPublicKeyInfo = intent.SubjectPublicKeyInfo,
            Der = certificate,
            NotBefore = intent.NotBefore,
            NotAfter = intent.NotAfter,
            Transcript = text,
        };
        await RefuseOverwritingAsync(
            authorities.InsertCertificateAsync(
                created,
                new AuthorityCreated
                {
                    At = time.GetUtcNow(),
                    Actor = actor,
                    Subject = intent.Subject,
                    Fingerprint = certificate is null ? null : Hash(certificate),
                    Authority = intent.Authority,
                    PublicKeySha256 = Hash(key.SubjectPublicKeyInfo),
                    TranscriptSha256 = Hash(bytes),
                },
                cancel
            )
        );
        return created;
    }

    private async Task<bool> IsCreatedAsync(string authority, CancellationToken cancel) =>
        (await authorities.ReadAllAsync(cancel)).Any(a => a.Authority == authority);

    private SigningKey MakeKey(AuthorityPlan plan, bool adoptKey)
    {
        var label = plan.Definition.KeyLabel;
        if (!keys.Exists(label))
            return keys.Create(label, plan.Algorithm);
        return adoptKey
            ? keys.Open(label)
            : throw new CeremonyRefusal(
                $"The key store has a key labelled \"{label}\" already, and no ceremony on record made it; it is left as it is. "
                    + "If a ceremony was interrupted right after making it, hold it again with --adopt-key."
            );
    }

    private async Task<AuthorityIntent> RecordIntentAsync(AuthorityPlan plan, SigningKey key, CancellationToken cancel)
    {
        var serial = CertificateSerialNumber.Draw();
        var toBeSigned = plan.HasCertificate
            ? RootCertificate.EncodeToBeSigned(plan.Definition.SubjectName, key.SubjectPublicKeyInfo, serial, plan.NotBefore, plan.NotAfter)
            : null;
        if (toBeSigned is not null)
            RequireClean(toBeSigned, plan, key);

        var intent = new AuthorityIntent
        {
            Authority = plan.Definition.Id,
            Purpose = plan.Definition.Purpose.ToString(),
            KeyLabel = plan.Definition.KeyLabel,
            Subject = plan.Subject,
            SubjectPublicKeyInfo = key.SubjectPublicKeyInfo,
            ToBeSigned = toBeSigned,
            NotBefore = plan.NotBefore,
            NotAfter = plan.NotAfter,
        };
        await RefuseOverwritingAsync(
            authorities.InsertIntentAsync(
                intent,
                new AuthorityIntended
                {
                    At = time.GetUtcNow(),
                    Actor = actor,
                    Subject = plan.Subject,
                    Authority = intent.Authority,
                    SubjectDn = plan.Subject,
                    KeyAlgorithm = plan.Algorithm.Name,
                    SerialNumber = toBeSigned is null ? null : serial.Hex,
                    ToBeSignedSha256 = toBeSigned is null ? null : Hash(toBeSigned),
                    NotBefore = toBeSigned is null ? null : plan.NotBefore,
                    NotAfter = toBeSigned is null ? null : plan.NotAfter,
                },
                cancel
            )
        );
        return intent;
    }

    /// <summary>Configuration, store or the recorded bytes may have changed since the interruption; then a person must decide.</summary>
    private static void RequireSame(AuthorityIntent intent, AuthorityPlan plan, SigningKey key)
    {
        var differences = new List<string>();
        void Compare(string field, string recorded, string now)
        {
            if (recorded != now)
                differences.Add($"{field}: recorded {recorded}, now {now}");
        }

        Compare("purpose", intent.Purpose, plan.Definition.Purpose.ToString());
        Compare("keyLabel", intent.KeyLabel, plan.Definition.KeyLabel);
        Compare("subject", intent.Subject, plan.Subject);
        Compare("notAfter", $"{intent.NotAfter:O}", $"{plan.NotAfter:O}");
        Compare("public key SHA-256", Hash(intent.SubjectPublicKeyInfo), Hash(key.SubjectPublicKeyInfo));
        if (differences.Count > 0)
        {
            throw new CeremonyRefusal(
                $"An interrupted ceremony of \"{intent.Authority}\" is on record, and it is not this one.\n  {string.Join("\n  ", differences)}"
            );
        }

        if (intent.ToBeSigned is { } toBeSigned)
            RequireClean(toBeSigned, plan, key);
    }

    private static void RequireClean(byte[] toBeSigned, AuthorityPlan plan, SigningKey key)
    {
        var expected = new ExpectedRoot(
            plan.Definition.SubjectName,
            key.SubjectPublicKeyInfo,
            plan.Algorithm,
            plan.NotBefore,
            plan.NotAfter
        );
        var findings = LintRootCertificate.Find(toBeSigned, expected);
        if (findings.Count > 0)
            throw new CeremonyRefusal("lint: " + string.Join("; ", findings));
    }

    private static byte[] SignRoot(byte[] toBeSigned, SigningKey key)
    {
        var signature = key.Sign(toBeSigned);
        var certificate = SignedCertificate.Assemble(toBeSigned, signature);
        using var root = IssuerCertificate.Read(certificate);
        if (
            !root.Verifies(toBeSigned, signature)
            || !SignedCertificate.ToBeSignedIn(certificate).Span.SequenceEqual(toBeSigned)
            || !root.SubjectPublicKeyInfo.AsSpan().SequenceEqual(key.SubjectPublicKeyInfo)
        )
        {
            throw new CeremonyRefusal("The root's signature does not verify with its own key; nothing more was recorded.");
        }

        return certificate;
    }

    private static async Task RefuseOverwritingAsync(Task insert)
    {
        try
        {
            await insert;
        }
        catch (AuthorityExistsException e)
        {
            throw new CeremonyRefusal($"{e.Message} Another ceremony was faster, or two authorities share a key label.");
        }
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}

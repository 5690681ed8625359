using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Ocsp;
using SigningAuthority.Issuance.Ocsp.Lint;
using SigningAuthority.Storage.Ocsp;

namespace SigningAuthority.Signer.Ocsp;

/// <summary>
/// Answers a batch of questions. What the front door says of a question is not believed: the request is read anew, and answered only where
/// each id in it names the authority that it was passed for.
/// </summary>
internal sealed class AnswerBatch(KeptResponders kept, SignAnswer sign, AuthorityConfiguration configuration, TimeProvider time)
{
    private TimeSpan Lasts => TimeSpan.FromHours(configuration.Policy.Ocsp.ResponseHours);

    public async Task<IReadOnlyList<NewOcspAnswer>> RunAsync(IReadOnlyList<OcspQuestion> questions, FindStatuses findStatuses)
    {
        var read = questions.Select(Read).ToList();
        var answerable = read.Where(question => question.Request is not null).ToList();
        var names = answerable
            .SelectMany(question =>
                question.Request!.Certificates.Select(id => new CertificateName(question.Responder.Authority, id.SerialNumber))
            )
            .ToList();
        var statuses = names.Count == 0 ? [] : await findStatuses(names);
        var now = NowOf(statuses);

        var next = 0;
        var works = new List<Work>();
        foreach (var question in answerable)
        {
            var count = question.Request!.Certificates.Count;
            works.Add(Plan(question, [.. statuses.Skip(next).Take(count)], now));
            next += count;
        }

        // The same question of many is signed once.
        var distinct = works
            .Where(work => work.StoredAs is null)
            .Concat(works.Where(work => work.StoredAs is not null).DistinctBy(NameOf))
            .ToList();
        var signed = distinct.Zip(sign.RunAll([.. distinct.Select(work => (work.Question.Responder, work.Plan))])).ToList();
        var shared = signed.Where(pair => pair.First.StoredAs is not null).ToDictionary(pair => NameOf(pair.First), pair => pair.Second);
        return
        [
            .. read.Where(question => question.Request is null).Select(question => StatusAlone(question.Question, question.Status)),
            .. signed.Where(pair => pair.First.StoredAs is null).Select(pair => Answer(pair.First, pair.Second)),
            .. works.Where(work => work.StoredAs is not null).Select(work => Answer(work, shared[NameOf(work)])),
        ];
    }

    /// <summary>Answers for stored ones that end soon.</summary>
    public async Task<IReadOnlyList<NewOcspResponse>> SignAheadAsync(IReadOnlyList<OcspResponseKey> keys, FindStatuses findStatuses)
    {
        var statuses = await findStatuses([.. keys.Select(key => new CertificateName(key.Authority, key.SerialNumber))]);
        var now = NowOf(statuses);
        var plans = keys.Zip(statuses)
            .Select(pair =>
            {
                var responder = kept.Of(pair.First.Authority);
                var id = responder.IdOf(pair.First.SerialNumber, CertIdHashes.OidOf(pair.First.Hash));
                return (Responder: responder, Plan: PlanAnswer.Run(responder, [id], [pair.Second], null, now, Lasts));
            })
            .ToList();
        return
        [
            .. keys.Zip(statuses, plans)
                .Zip(sign.RunAll(plans))
                .Where(pair => pair.Second is not null)
                .Select(pair =>
                {
                    var (key, status, planned) = pair.First;
                    var single = planned.Plan.Singles[0];
                    return new NewOcspResponse(
                        key,
                        pair.Second!,
                        single.ThisUpdate,
                        single.NextUpdate!.Value,
                        status.RevokedXid,
                        planned.Responder.KeySha256
                    );
                }),
        ];
    }

    /// <summary>
    /// The earlier of this process's clock and the database's: an answer of a time to come is not valid yet for whoever asks, and nothing that
    /// is signed later would take its place.
    /// </summary>
    private DateTimeOffset NowOf(IReadOnlyList<CertificateStatus> statuses)
    {
        var own = time.GetUtcNow();
        return statuses.Min(status => status.ReadAt) is { } database && database < own ? database : own;
    }

    private ReadQuestion Read(OcspQuestion question)
    {
        var responder = kept.Of(question.Authority);
        var reading = OcspRequest.Read(question.Request);
        return reading.Request is { } request && request.Certificates.All(id => OcspCertIds.Matches(id, responder.Issuer))
            ? new ReadQuestion(question, responder, request, OcspResponseStatus.Successful)
            // RFC 5019 §2.2.3: for certificates of somebody else nobody here can speak.
            : new ReadQuestion(question, responder, null, reading.Request is null ? reading.Status : OcspResponseStatus.Unauthorized);
    }

    private Work Plan(ReadQuestion question, IReadOnlyList<CertificateStatus> statuses, DateTimeOffset now)
    {
        var request = question.Request!;
        var plan = PlanAnswer.Run(question.Responder, request.Certificates, statuses, request.Nonce, now, Lasts);
        var isForAll =
            request is { Nonce: null, Certificates: [var id] }
            && plan.Singles[0].Status is not OcspCertificateStatus.Unknown
            // An id may be encoded in other ways that mean the same; its answer repeats it octet by octet, so it is for who asked.
            && id.Der.AsSpan().SequenceEqual(question.Responder.IdOf(id.SerialNumber, id.HashAlgorithm).Der);
        return new Work(
            question,
            statuses,
            plan,
            isForAll
                ? new OcspResponseKey(
                    question.Responder.Authority,
                    request.Certificates[0].SerialNumber,
                    CertIdHashes.NameOf(request.Certificates[0].HashAlgorithm)
                )
                : null
        );
    }

    private static NewOcspAnswer Answer(Work work, byte[]? response) =>
        response is null
            ? StatusAlone(work.Question.Question, OcspResponseStatus.InternalError)
            : new NewOcspAnswer(
                work.Question.Question,
                response,
                [
                    .. work.Plan.Singles.Zip(
                        work.Statuses,
                        (single, status) => new AnsweredCertificate(single.Id.SerialNumber, status.RevokedXid)
                    ),
                ],
                work.Plan.Singles.Min(single => single.ThisUpdate),
                work.Plan.Singles.Min(single => single.NextUpdate),
                work.StoredAs,
                work.Question.Responder.KeySha256
            );

    private static NewOcspAnswer StatusAlone(OcspQuestion question, OcspResponseStatus status) =>
        new(question, OcspResponse.Error(status), [], null, null, null, []);

    private static (string, string, string) NameOf(Work work)
    {
        var key = work.StoredAs!.Value;
        return (key.Authority, Convert.ToHexString(key.SerialNumber), key.Hash);
    }

    private sealed record ReadQuestion(OcspQuestion Question, Responder Responder, OcspRequest? Request, OcspResponseStatus Status);

    private sealed record Work(
        ReadQuestion Question,
        IReadOnlyList<CertificateStatus> Statuses,
        OcspResponsePlan Plan,
        OcspResponseKey? StoredAs
    );
}

using SigningAuthority.Api.Access;
using SigningAuthority.Api.Problems;
using SigningAuthority.Api.Requests;
using SigningAuthority.Storage.Notices;

namespace SigningAuthority.Api.Providers.Notices;

/// <summary>A notice as its provider sees it.</summary>
/// <param name="Kind">expiry, issuance, roots or test.</param>
/// <param name="State">Pending, Delivering, Delivered, Failed, Superseded or Skipped.</param>
/// <param name="Request">Your request, whose certificate it is about; absent in a test, and where a certificate was issued on another's request.</param>
/// <param name="DaysBefore">Before its end.</param>
/// <param name="LastError">What went wrong last, or why it was not sent.</param>
/// <param name="NextAttemptAt">Set while it is Pending.</param>
internal sealed record NoticeView(
    Guid Id,
    string Kind,
    string State,
    NoticeContact Contact,
    Guid? Request,
    string? Fqdn,
    string? Generation,
    string? SerialNumber,
    string? Sha256,
    DateTimeOffset? NotAfter,
    int? DaysBefore,
    int Attempts,
    string? LastError,
    DateTimeOffset PlannedAt,
    DateTimeOffset? NextAttemptAt,
    DateTimeOffset? FinishedAt
)
{
    /// <summary>Version of /roots/manifest.json, where it is about a change of the roots.</summary>
    public long? RootsVersion { get; init; }

    public const string Path = "/api/v1/provider/notices";

    public static NoticeView Of(Notice notice) =>
        new(
            notice.Id,
            ContactRules.Spell(notice.Kind),
            notice.State.ToString(),
            new NoticeContact(notice.ContactId, notice.ContactKind.ToString().ToLowerInvariant(), notice.ContactTarget),
            notice.Certificate is { IsOwn: true } own ? own.RequestId.Value : null,
            notice.Certificate?.Fqdn,
            notice.Certificate?.Authority,
            notice.Certificate?.SerialNumber.Hex,
            notice.Certificate is { } certificate ? Convert.ToHexStringLower(certificate.Sha256) : null,
            notice.Certificate?.NotAfter,
            notice.DaysBefore,
            notice.Attempts,
            notice.LastError,
            notice.PlannedAt,
            notice.State == NoticeState.Pending ? notice.DueAt : null,
            notice.FinishedAt
        )
        {
            RootsVersion = notice.RootsVersion,
        };
}

/// <summary>Whom a notice is for.</summary>
internal sealed record NoticeContact(Guid Id, string Kind, string Target);

/// <summary>A page of a provider's notices.</summary>
/// <param name="Notices">The newest first.</param>
/// <param name="Next">Where the next page is; null on the last.</param>
internal sealed record NoticePage(IReadOnlyList<NoticeView> Notices, string? Next);

/// <summary>GET /api/v1/provider/notices?state=&amp;before=&amp;limit=: every notice of the caller's, whatever became of it.</summary>
internal sealed class ListNotices(NoticeQueries notices)
{
    private const int MostInPage = 200;

    public async Task<IResult> HandleAsync(HttpContext context)
    {
        var query = new QueryValues(context.Request.Query);
        query.RequireKnown(["state", "before", "limit"]);
        var limit = (int)(query.Number("limit", 1, MostInPage) ?? 50);
        var before = ReadId(query);
        var state = ReadState(query);
        if (query.Violations.Count > 0)
            return ProblemKinds.Malformed.Because(query.Violations);

        var found = await notices.ListOfProviderAsync(Caller.Of(context).Id, state, before, limit, context.RequestAborted);
        return Results.Json(
            new NoticePage(
                [.. found.Select(NoticeView.Of)],
                found.Count == limit
                    ? $"{NoticeView.Path}?{(state is null ? "" : $"state={state}&")}before={found[^1].Id}&limit={limit}"
                    : null
            )
        );
    }

    private static Guid? ReadId(QueryValues query)
    {
        if (query.Text("before") is not { } text)
            return null;
        if (Guid.TryParseExact(text, "D", out var id))
            return id;
        query.Add("before", "a notice's id", text);
        return null;
    }

    private static NoticeState? ReadState(QueryValues query)
    {
        if (query.Text("state") is not { } text)
            return null;
        // By its name alone: Enum.TryParse takes numbers too.
        if (Enum.GetNames<NoticeState>().Contains(text))
            return Enum.Parse<NoticeState>(text);
        query.Add("state", "one of " + string.Join(", ", Enum.GetNames<NoticeState>()), text);
        return null;
    }
}

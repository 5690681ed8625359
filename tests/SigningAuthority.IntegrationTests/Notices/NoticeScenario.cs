using Npgsql;
using SigningAuthority.IntegrationTests.Storage;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.Notices;
using SigningAuthority.Storage.Requests;
using Tenants = SigningAuthority.Storage.Access.Providers;

namespace SigningAuthority.IntegrationTests.Notices;

/// <summary>Tenants, contacts and certificates in a database of their own; the planner is run as if it were any time.</summary>
internal sealed class NoticeScenario(StorageScenario storage)
{
    /// <summary>As the shipped policy says.</summary>
    public static readonly int[] DaysBefore = [60, 30, 7, 1];

    // When StorageScenario's certificates end.
    private static readonly DateTimeOffset NotAfter = new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero).AddYears(20);

    public StorageScenario Storage => storage;

    public static async Task<NoticeScenario> CreateAsync() => new(await StorageScenario.CreateAsync());

    public async Task<Guid> TenantAsync(string name) => (await new Tenants(storage.Operator).AddAsync(name, "operator/test")).Id;

    public Task HoldAsync(string tenant, string name, bool includeSubdomains = true) =>
        HoldAsync(new Tenants(storage.Operator), tenant, Fqdn.Parse(name), includeSubdomains);

    public async Task<Contact> ContactAsync(Guid tenant, string target = "noc@example.com", params NoticeKind[] about) =>
        (
            await new Contacts(storage.Api).AddAsync(
                new NewContact(tenant, ContactKind.Mail, target, null, null, target)
                {
                    About = about.Length == 0 ? [NoticeKind.Expiry] : about,
                },
                most: 10,
                "provider/test"
            )
        ).Contact!;

    /// <summary>A request of two generations, issued.</summary>
    public async Task<SigningRequestId> IssueAsync(
        Guid tenant,
        SigningRequestId? follows = null,
        SuccessionKind kind = SuccessionKind.Renewal,
        string fqdn = "pv.telco.net",
        params string[] authorities
    )
    {
        var request = StorageScenario.Server(tenant, fqdn: fqdn) with { Succession = follows is { } id ? new Succession(id, kind) : null };
        if (authorities.Length > 0)
            request = request with { Authorities = authorities };
        await storage.SubmitOneAsync(request);
        await StorageScenario.IssueAsync(storage.Queue(), Lane.Provider);
        return request.Id;
    }

    public Task<NoticePlan> PlanAsync(double daysBeforeTheEnd) =>
        new PlanExpiryNotices(storage.Signer).RunAsync(NotAfter.AddDays(-daysBeforeTheEnd), DaysBefore);

    /// <summary>Gives every entry its place in the log, and plans what is to be told of them.</summary>
    public async Task<int> WatchAsync()
    {
        await storage.VerifyAsync();
        return await PlanIssuanceAsync();
    }

    public Task<int> PlanIssuanceAsync() => new PlanIssuanceNotices(storage.Signer).RunAsync(DateTimeOffset.UtcNow);

    /// <summary>"authority days state" of each notice about a request, in that order.</summary>
    public async Task<IReadOnlyList<string>> NoticesAsync(Guid tenant, SigningRequestId? request = null)
    {
        var found = await new NoticeQueries(storage.Api).ListOfProviderAsync(tenant, null, null, 1000);
        return
        [
            .. found
                .Where(notice => request is null || notice.Certificate?.RequestId == request)
                .OrderBy(notice => notice.Certificate?.Authority)
                .ThenByDescending(notice => notice.DaysBefore)
                .Select(notice => $"{notice.Certificate?.Authority} {notice.DaysBefore} {notice.State}"),
        ];
    }

    /// <summary>Delivers all that is due, to nobody.</summary>
    public async Task DeliverAsync()
    {
        var deliveries = new NoticeDeliveries(storage.Connect("sa_outreach"), Guid.NewGuid());
        foreach (var claimed in await deliveries.ClaimAsync(1000, TimeSpan.FromMinutes(1), TimeSpan.FromDays(3)))
        {
            if (claimed.End is not null)
                await deliveries.EndedAsync(claimed);
            else
                await deliveries.DeliveredAsync(claimed, Delivered(claimed));
        }
    }

    public static SigningAuthority.IssuanceLog.Entries.NoticeDelivered Delivered(ClaimedNotice claimed) =>
        new()
        {
            At = DateTimeOffset.UtcNow,
            Actor = "outreach/test",
            NoticeId = claimed.Notice.Id,
            Kind = "expiry",
            ContactId = claimed.Notice.ContactId,
            Attempts = claimed.Notice.Attempts,
            DaysBefore = claimed.Notice.DaysBefore,
        };

    public NpgsqlDataSource Everything => storage.Superuser;

    private static async Task HoldAsync(Tenants tenants, string tenant, Fqdn name, bool includeSubdomains) =>
        await tenants.AddNameAsync((await tenants.FindAsync(tenant))!, name, includeSubdomains, "operator/test");
}

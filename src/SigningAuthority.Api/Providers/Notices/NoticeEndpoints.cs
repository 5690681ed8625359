using SigningAuthority.Api.Access;
using SigningAuthority.Api.Description;
using SigningAuthority.Storage.Notices;

namespace SigningAuthority.Api.Providers.Notices;

internal static class NoticeEndpoints
{
    public static IServiceCollection AddNotices(this IServiceCollection services) =>
        services
            .AddSingleton<Contacts>()
            .AddSingleton<NoticeQueries>()
            .AddSingleton<AddContact>()
            .AddSingleton<ManageContacts>()
            .AddSingleton<ListNotices>();

    public static void MapNotices(this IEndpointRouteBuilder app)
    {
        var contacts = app.MapGroup(ContactView.Path)
            .RequireAuthorization(AccessPolicies.Provider)
            .WithTags("Providers")
            .AnswersProblems(401, 403, 503);

        contacts
            .MapGet("", (ManageContacts handler, HttpContext context) => handler.ListAsync(context))
            .WithName("listContacts")
            .WithSummary("Where you are told that certificates end.")
            .Produces<ContactList>();

        contacts
            .MapPost("", (AddContact handler, HttpContext context) => handler.HandleAsync(context))
            .WithName("addContact")
            .WithSummary("Add a webhook or a mail address; a webhook's secret is in this answer and never again.")
            .Produces<ContactView>(201)
            .Produces<ContactView>()
            .AnswersProblems(400, 413, 422)
            .TakesJson<ContactBody>();

        contacts
            .MapDelete("{id}", (ManageContacts handler, HttpContext context, string id) => handler.RemoveAsync(context, id))
            .WithName("removeContact")
            .WithSummary("Remove a contact; what waits for it is not sent.")
            .Produces(204)
            .AnswersProblems(404);

        contacts
            .MapPost("{id}/test", (ManageContacts handler, HttpContext context, string id) => handler.TestAsync(context, id))
            .WithName("testContact")
            .WithSummary("Queue a test notice; GET /api/v1/provider/notices shows what became of it.")
            .Produces<NoticeView>(202)
            .Produces<NoticeView>()
            .AnswersProblems(404);

        app.MapGet(NoticeView.Path, (ListNotices handler, HttpContext context) => handler.HandleAsync(context))
            .RequireAuthorization(AccessPolicies.Provider)
            .WithTags("Providers")
            .WithName("listNotices")
            .WithSummary("Every notice for you, the newest first: delivered, waiting, failed, or not sent and why.")
            .Produces<NoticePage>()
            .AnswersProblems(400, 401, 403, 503)
            .HasQuery("state", "Pending, Delivering, Delivered, Failed, Superseded or Skipped.")
            .HasQuery("before", "The last id of the page before.")
            .HasQuery("limit", "1 to 200.");
    }
}

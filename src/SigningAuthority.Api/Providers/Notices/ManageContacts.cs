using SigningAuthority.Api.Access;
using SigningAuthority.Api.Problems;
using SigningAuthority.Storage.Notices;

namespace SigningAuthority.Api.Providers.Notices;

/// <summary>A provider's contacts: what there is, one less, and whether one works.</summary>
internal sealed class ManageContacts(Contacts contacts, NoticeQueries notices)
{
    private const string NotThere = "You have no contact of this id.";

    public async Task<IResult> ListAsync(HttpContext context)
    {
        var found = await contacts.ListAsync(Caller.Of(context).Id, context.RequestAborted);
        return Results.Json(new ContactList([.. found.Select(contact => ContactView.Of(contact))]));
    }

    public async Task<IResult> RemoveAsync(HttpContext context, string id)
    {
        var caller = Caller.Of(context);
        return
            Guid.TryParseExact(id, "D", out var contact)
            && await contacts.RemoveAsync(caller.Id, contact, caller.Actor, context.RequestAborted)
            ? Results.NoContent()
            : ProblemKinds.NotFound.Because(NotThere);
    }

    /// <summary>POST …/{id}/test: queues a notice that says nothing but that it came.</summary>
    public async Task<IResult> TestAsync(HttpContext context, string id) =>
        Guid.TryParseExact(id, "D", out var contact)
        && await notices.TestAsync(Caller.Of(context).Id, contact, context.RequestAborted) is { } test
            ? Results.Json(NoticeView.Of(test.Notice), statusCode: test.IsNew ? StatusCodes.Status202Accepted : StatusCodes.Status200OK)
            : ProblemKinds.NotFound.Because(NotThere);
}

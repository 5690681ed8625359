using System.Security.Cryptography;
using SigningAuthority.Api.Access;
using SigningAuthority.Api.Problems;
using SigningAuthority.Api.Requests;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Storage.Notices;

namespace SigningAuthority.Api.Providers.Notices;

/// <summary>POST /api/v1/provider/contacts: where the provider wants to be told that certificates end, or are issued.</summary>
internal sealed class AddContact(Contacts contacts, AuthorityConfiguration configuration, RefuseAtDoor refuse)
{
    private const int SecretOctets = 32;

    public async Task<IResult> HandleAsync(HttpContext context)
    {
        var caller = Caller.Of(context);
        var body = await ReadBody.ReadAsync(context.Request);
        if (body.Defect is { } defect)
            return await RefuseAsync(caller, [defect]);

        using var json = JsonEnvelope.Read(body.Octets, ContactRules.Example);
        var (kindText, target, description) = (json.Text("kind"), json.Text("target"), json.Text("description"));
        var about = json.Texts("about");
        IReadOnlyList<Violation> violations =
        [
            .. json.Violations,
            .. json.IsRead ? ContactRules.Find(kindText, target, description) : [],
            .. ContactRules.FindAbout(about),
            .. EnvelopeDefects.FindKeys(("target", target), ("description", description)),
        ];
        if (violations.Count > 0)
            return await RefuseAsync(caller, violations);

        var kind = ContactRules.ParseKind(kindText)!.Value;
        var secret = kind == ContactKind.Webhook ? RandomNumberGenerator.GetBytes(SecretOctets) : null;
        var most = configuration.Policy.Notices.MostContacts;
        var (outcome, contact) = await contacts.AddAsync(
            new NewContact(caller.Id, kind, target!, description, secret, ContactRules.Logged(kind, target!))
            {
                About = ContactRules.ParseAbout(about)!,
            },
            most,
            caller.Actor,
            context.RequestAborted
        );
        return outcome switch
        {
            AddContactOutcome.TooMany => await RefuseAsync(caller, [ContactRules.More(most)]),
            AddContactOutcome.Known => Results.Json(ContactView.Of(contact!)),
            _ => Created(context, ContactView.Of(contact!, secret)),
        };
    }

    private static IResult Created(HttpContext context, ContactView view)
    {
        context.Response.Headers.Location = view.Href;
        return Results.Json(view, statusCode: StatusCodes.Status201Created);
    }

    private Task<ProblemResult> RefuseAsync(Caller caller, IReadOnlyList<Violation> violations) =>
        refuse.AsAsync(EnvelopeDefects.KindOf(violations), new Refusal(caller.Actor, violations));
}

using System.CommandLine;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Client.Connections;
using SigningAuthority.Client.Providers;
using Spectre.Console;

namespace SigningAuthority.Client.Notices;

/// <summary><c>signctl contact</c>: where the provider is told that certificates end, or are issued for its names.</summary>
internal static class ContactCommand
{
    private const string Path = "/api/v1/provider/contacts";

    public static Command Build() =>
        new DocumentedCommand(
            "contact",
            "Where you are told that certificates end, or are issued for your names, and always when the roots change: webhooks and mail addresses.",
            "signctl contact add https://hooks.example.com/certificates --description noc-pager",
            "signctl contact add noc@example.com",
            "signctl contact add security@example.com --about issuance",
            "signctl contact list",
            "signctl contact test 0193480c-7a00-7000-8000-5f3c2b1a0d9e",
            "signctl contact remove 0193480c-7a00-7000-8000-5f3c2b1a0d9e"
        )
        {
            BuildAdd(),
            BuildList(),
            BuildWithId("test", "Queues a test notice; 'signctl notice list' shows what became of it.", HttpMethod.Post, "/test"),
            BuildWithId("remove", "Removes a contact; what waits for it is not sent.", HttpMethod.Delete, ""),
        };

    private static DocumentedCommand BuildAdd()
    {
        var provider = new ProviderOptions();
        var target = new Argument<string>("TARGET") { Description = "An address that begins with https://, or a mail address." };
        var description = new Option<string?>("--description") { Description = "For people." };
        var about = new Option<string[]>("--about")
        {
            Description = "What it is told: expiry, issuance (every certificate for your names, whoever asked for it). Repeat it for both.",
            DefaultValueFactory = _ => ["expiry"],
        };
        about.AcceptOnlyFromAmong("expiry", "issuance");
        var command = new DocumentedCommand(
            "add",
            "Adds a webhook or a mail address. A webhook's secret, with which its bodies are signed, is shown this once.",
            "signctl contact add https://hooks.example.com/certificates",
            "signctl contact add noc@example.com --description noc"
        )
        {
            target,
            description,
            about,
        };
        provider.AddTo(command);
        command.SetAction(
            async (parsed, cancellation) =>
            {
                var where = parsed.GetRequiredValue(target);
                using var service = provider.Connect(parsed);
                var kind = where.Contains("://", StringComparison.Ordinal) ? "webhook" : "mail";
                return JsonReport.Print(
                    await service.PostJsonAsync(
                        Path,
                        new
                        {
                            kind,
                            target = where,
                            description = parsed.GetValue(description),
                            about = parsed.GetValue(about),
                        },
                        cancellation
                    )
                );
            }
        );
        return command;
    }

    private static DocumentedCommand BuildList()
    {
        var provider = new ProviderOptions();
        var command = new DocumentedCommand("list", "Lists your contacts.", "signctl contact list");
        provider.AddTo(command);
        command.SetAction(
            async (parsed, cancellation) =>
            {
                using var service = provider.Connect(parsed);
                var reply = await service.CallAsync(HttpMethod.Get, Path, cancellation);
                if (reply.Problem is not null || Console.IsOutputRedirected)
                    return JsonReport.Print(reply);

                var table = new Table().AddColumns("id", "kind", "target", "about", "description");
                foreach (var contact in reply.Parse<ContactList>().Contacts)
                    table.AddPlainRow(
                        contact.Id,
                        contact.Kind,
                        contact.Target,
                        string.Join(", ", contact.About ?? []),
                        contact.Description
                    );
                AnsiConsole.Write(table);
                return ExitCodes.Done;
            }
        );
        return command;
    }

    private static DocumentedCommand BuildWithId(string name, string description, HttpMethod method, string suffix)
    {
        var provider = new ProviderOptions();
        var id = new Argument<Guid>("ID") { Description = "The contact's id, as 'contact list' shows it." };
        var command = new DocumentedCommand(name, description, $"signctl contact {name} 0193480c-7a00-7000-8000-5f3c2b1a0d9e") { id };
        provider.AddTo(command);
        command.SetAction(
            async (parsed, cancellation) =>
            {
                using var service = provider.Connect(parsed);
                return JsonReport.Print(await service.CallAsync(method, $"{Path}/{parsed.GetValue(id)}{suffix}", cancellation));
            }
        );
        return command;
    }

    private sealed record ContactList(IReadOnlyList<Contact> Contacts);

    private sealed record Contact(string Id, string Kind, string Target, string? Description, IReadOnlyList<string>? About);
}

using System.Net;
using System.Text.Json;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.Issuance.Approvals;
using Xunit;

namespace SigningAuthority.IntegrationTests.Officers;

/// <summary>The whole way by the commands that people have: operator, provider and two officers. And by openssl and curl alone.</summary>
[Collection(ProviderFlows.Name)]
public sealed class ApprovalCommandTests(RunningAuthority authority) : IClassFixture<SoundLog>
{
    private const int Refused = 2;

    [Fact]
    public async Task Two_officers_approve_by_their_commands_what_an_operator_says_needs_two()
    {
        var tenant = await ApprovedTenant.CreateAsync(authority, mode: null);
        var alice = await OfficerAtTerminal.RegisterAsync(authority, "alice");
        var bob = await OfficerAtTerminal.RegisterAsync(authority, "bob");
        await authority.OperatorAsync("approval", "set", tenant.Provider.Name, "--generation", "sipura", "--mode", "TwoOfficers");
        var modes = await authority.OperatorAsync("approval", "show", tenant.Provider.Name);
        Assert.Contains(modes.Split('\n'), line => line.StartsWith("sipura TwoOfficers (set "));
        Assert.Contains("cisco-2k Automatic (policy)", modes);
        var registered = await authority.OperatorAsync("officer", "list");
        Assert.Contains(registered.Split('\n'), line => line.StartsWith(alice.Name) && line.EndsWith(alice.PublicKeySha256 + " works"));

        var id = await SubmitAsync(tenant);
        Assert.Equal("AwaitingApproval", Status(await tenant.SignctlAsync("request", id)));
        var waiting = Json(await alice.RunAsync("list")).GetProperty("requests").EnumerateArray();
        Assert.Contains(waiting, request => request.GetProperty("id").GetString() == id);
        Assert.Contains(id, await alice.SeeAsync("list"));

        Assert.Equal("AwaitingApproval", Status(await alice.ApproveAsync(id)));
        var again = await alice.ApproveAsync(id);
        Assert.Equal(Refused, again.ExitCode);
        Assert.Contains("HTTP 409", again.Error);
        var page = Json(await alice.RunAsync("show", id));
        Assert.Equal("decided-by-you", Assert.Single(page.GetProperty("obstacles").EnumerateArray()).GetString());
        Assert.Equal(1, page.GetProperty("approvalsGiven").GetInt32());
        Assert.NotEqual("AwaitingApproval", Status(await bob.ApproveAsync(id)));

        Assert.Equal("Issued", Status(await tenant.SignctlAsync("request", id, "--wait", "60")));
        Assert.Equal(Refused, (await bob.ApproveAsync(id)).ExitCode);
    }

    [Fact]
    public async Task The_page_shows_which_phones_accept_the_request_what_dns_said_and_whose_name_it_is()
    {
        var tenant = await ApprovedTenant.CreateAsync(authority, Issuance.Policy.ApprovalMode.OneOfficer);
        var alice = await OfficerAtTerminal.RegisterAsync(authority, "alice");
        var id = await SubmitAsync(tenant, "SPA962", "PAP2");

        var page = Json(await alice.RunAsync("show", id));

        var acceptance = page.GetProperty("acceptance");
        Assert.Equal((await tenant.Client.AskAsync($"api/v1/provider/requests/{id}/matrix")).Text, acceptance.GetRawText());
        Assert.False(acceptance.GetProperty("issued").GetBoolean());
        Assert.Contains(
            acceptance.GetProperty("matrix").EnumerateArray(),
            row => row.GetProperty("family").GetString() == "spa9xx" && row.GetProperty("accepted").GetBoolean()
        );
        // No Outreach runs beside this authority.
        Assert.False(page.TryGetProperty("addressLookup", out _));
        var cover = page.GetProperty("coveredBy");
        Assert.Equal(
            ("registered", "operator/test", tenant.Name),
            (
                cover.GetProperty("source").GetString(),
                cover.GetProperty("registeredBy").GetString(),
                cover.GetProperty("suffix").GetString()
            )
        );
        var seen = await alice.SeeAsync("show", id);
        var table = (await tenant.SignctlAsync("matrix", id)).MustSucceed().Output;
        Assert.Contains("spa9xx", table);
        Assert.Contains(table, seen);
        Assert.Contains("not looked up yet", seen);
        Assert.Contains("registered by operator/test", seen);
    }

    [Fact]
    public async Task A_request_that_is_withdrawn_or_refused_by_command_is_settled_and_its_provider_reads_why()
    {
        var tenant = await ApprovedTenant.CreateAsync(authority, Issuance.Policy.ApprovalMode.TwoOfficers);
        var alice = await OfficerAtTerminal.RegisterAsync(authority, "alice");
        var (mistaken, unwanted) = (await SubmitAsync(tenant), await SubmitAsync(tenant));

        Assert.Equal("Withdrawn", Status(await tenant.SignctlAsync("withdraw", mistaken, "--reason", "the wrong name")));
        Assert.Equal(Refused, (await alice.ApproveAsync(mistaken)).ExitCode);

        Assert.Equal("Refused", Status(await alice.RefuseAsync(unwanted, "the customer has left")));
        var told = await tenant.SignctlAsync("request", unwanted);
        Assert.Equal(Refused, told.ExitCode);
        Assert.Contains("the customer has left", told.ToString());
        Assert.DoesNotContain(alice.Name, told.Output + told.Error);
    }

    [Fact]
    public async Task Openssl_and_curl_are_enough_to_approve()
    {
        var tenant = await ApprovedTenant.CreateAsync(authority, Issuance.Policy.ApprovalMode.OneOfficer);
        var id = await SubmitAsync(tenant);
        var stem = Path.Combine(authority.Scratch, "carol-" + Guid.NewGuid().ToString("N")[..8]);
        await OpenSsl.RunAsync("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", stem + ".key");
        await OpenSsl.RunAsync("pkey", "-in", stem + ".key", "-pubout", "-out", stem + ".pub");
        var token = await authority.OperatorAsync("officer", "add", Path.GetFileName(stem), "--public-key", stem + ".pub");

        var page = await Curl.SendAsync(authority, token, $"{Officer.Path}/{id}");
        var at = ApprovalStatement.WriteTime(DateTimeOffset.UtcNow);
        var statement = page
            .Json.GetProperty("statement")
            .GetProperty("approve")
            .GetString()!
            .Replace("{reason}", "checked by telephone")
            .Replace("{at}", at);
        await File.WriteAllTextAsync(stem + ".txt", statement);
        await OpenSsl.RunAsync("dgst", "-sha256", "-sign", stem + ".key", "-out", stem + ".sig", stem + ".txt");
        var signature = (await OpenSsl.RunAsync("base64", "-A", "-in", stem + ".sig")).Trim();
        var body = JsonSerializer.Serialize(new { statement, signature });
        string[] post = [$"{Officer.Path}/{id}/decisions", "--header", "Content-Type: application/json", "--data-binary"];

        var altered = JsonSerializer.Serialize(new { statement = statement.Replace("telephone", "telegraph"), signature });
        ProblemAssert.Breaks(
            await Curl.SendAsync(authority, token, [.. post, altered]),
            HttpStatusCode.UnprocessableEntity,
            "approval-signature"
        );
        Assert.Equal(HttpStatusCode.OK, (await Curl.SendAsync(authority, token, [.. post, body])).Status);

        Assert.Equal("Issued", (await tenant.Desk.WaitAsync(id)).Member("status"));
    }

    private async Task<string> SubmitAsync(ApprovedTenant tenant, params string[] devices)
    {
        var made = await MadeRequest.MakeAsync(authority.Scratch, tenant.Name);
        var named = (devices.Length == 0 ? ["SPA962"] : devices).SelectMany(device => (string[])["--device", device]);
        return Json(await tenant.SignctlAsync(["submit", made.CsrFile, .. named])).GetProperty("id").GetString()!;
    }

    private static string? Status(ProgramResult result) => Json(result).GetProperty("status").GetString();

    private static JsonElement Json(ProgramResult result) => JsonSerializer.Deserialize<JsonElement>(result.MustSucceed().OutputBytes);
}

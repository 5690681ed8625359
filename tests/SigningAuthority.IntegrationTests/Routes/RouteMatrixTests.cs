using System.Net;
using System.Text;
using SigningAuthority.IntegrationTests.Fixtures;
using Xunit;

namespace SigningAuthority.IntegrationTests.Routes;

/// <summary>
/// Tenant × route × method, from the routes that the front door really has: one that is added is tested without being told of. All that
/// is wrong is listed at once.
/// </summary>
[Collection(RouteFlows.Name)]
public sealed class RouteMatrixTests(RouteSite site)
{
    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PURGE"];
    private static readonly string[] StrangeValues =
    [
        "x",
        "00000000-0000-0000-0000-000000000000",
        "%00",
        "a%0d%0aSet-Cookie:x",
        "..%2f..%2fetc",
        "%ff%fe",
        "'%20or%20''='",
        new('9', 3000),
    ];

    private readonly List<string> _wrong = [];

    /// <summary>Those that are not for programs, or are another's form of a route that is described.</summary>
    private static readonly string[] Undescribed = ["HEAD /roots/{file?}", "GET /openapi/{documentName}.json"];

    [Fact]
    public async Task The_description_and_the_routes_are_the_same()
    {
        var description = await site.Authority.Client().AskAsync("openapi/v1.json");
        var described = description
            .Json.GetProperty("paths")
            .EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(method => $"{method.Name.ToUpperInvariant()} /{path.Name.Trim('/')}"))
            .Order();

        Assert.Equal(site.Routes.Where(route => route.IsDescribed).Select(route => route.ToString()).Order(), described);
        Assert.Equal(Undescribed.Order(), site.Routes.Where(route => !route.IsDescribed).Select(route => route.ToString()).Order());
    }

    [Fact]
    public void A_value_can_be_made_for_every_parameter_of_every_route()
    {
        var unknown = site
            .Routes.SelectMany(route => route.Parameters)
            .Select(parameter => parameter.Upto)
            .Where(upto => !site.Objects.Knows(upto));

        Assert.Empty(unknown.Distinct());
    }

    [Fact]
    public async Task Anothers_object_is_not_there_and_the_answer_is_the_one_about_nobodys()
    {
        var (owner, other) = (site.Authority.TelcoToken, site.Authority.OtherTelcoToken);
        var routes = site.Routes.Where(RouteObjects.IsTenants).ToList();
        Assert.NotEmpty(routes);
        foreach (var route in routes)
        {
            var path = await site.Objects.AddressAsync(route);
            var nobodys = route.With(parameter => parameter.Name == "id" ? Guid.NewGuid().ToString() : "sipura.pem");

            var theirs = await AskAsync(route.Method, path, other);
            Expect(route, "another's", theirs, HttpStatusCode.NotFound);
            var missing = await AskAsync(route.Method, nobodys, other);
            if (theirs.Text != missing.Text)
                _wrong.Add($"{route}: another's is told from nobody's\n{theirs.Text}\n{missing.Text}");

            // It is there: for its owner the same call is something else than 404.
            var own = await AskAsync(route.Method, path, owner);
            if ((int)own.Status is not ((>= 200 and < 300) or 400 or 409 or 415 or 422))
                _wrong.Add($"{route} for its owner: {own}");
        }

        Assert.True(_wrong.Count == 0, string.Join("\n\n", _wrong));
    }

    [Fact]
    public async Task Without_a_good_token_a_guarded_route_answers_401_and_with_another_roles_403()
    {
        foreach (var route in site.Routes.Where(route => route.Roles is not null))
        {
            var path = Nobodys(route);
            Expect(route, "no token", await AskAsync(route.Method, path, null), HttpStatusCode.Unauthorized);
            if (!route.TakesTokens)
            {
                foreach (var (role, tokens) in site.Tokens)
                    Expect(
                        route,
                        $"the token of {role} instead of a certificate",
                        await AskAsync(route.Method, path, tokens.Good),
                        HttpStatusCode.Unauthorized
                    );
                continue;
            }

            foreach (var (kind, token) in site.Tokens[route.Roles![0]].Bad)
                Expect(route, $"a token that is {kind}", await AskAsync(route.Method, path, token), HttpStatusCode.Unauthorized);
            foreach (var role in site.Tokens.Keys.Except(route.Roles!))
                Expect(route, $"the token of {role}", await AskAsync(route.Method, path, site.Tokens[role].Good), HttpStatusCode.Forbidden);
        }

        Assert.True(_wrong.Count == 0, string.Join("\n\n", _wrong));
    }

    [Fact]
    public async Task A_method_that_is_not_offered_is_405_with_those_that_are()
    {
        foreach (var routes in site.Routes.GroupBy(route => route.Pattern))
        {
            var route = routes.First();
            var token = route.TakesTokens ? site.Tokens[route.Roles![0]].Good : null;
            foreach (var method in Methods.Except(site.Routes.Where(other => Covers(other, route)).Select(other => other.Method)))
                Expect(route, method, await AskAsync(method, Nobodys(route), token), HttpStatusCode.MethodNotAllowed);
        }

        Assert.True(_wrong.Count == 0, string.Join("\n\n", _wrong));
    }

    [Fact]
    public async Task Values_that_are_no_ids_are_not_found_or_refused_and_never_a_fault()
    {
        foreach (var route in site.Routes.Where(route => route.Parameters.Count > 0))
        {
            var token = route.TakesTokens ? site.Tokens[route.Roles![0]].Good : null;
            foreach (var value in StrangeValues)
            {
                var answer = await AskAsync(route.Method, route.With(_ => value), token);
                if ((int)answer.Status is < 400 or >= 500)
                    _wrong.Add($"{route} with {value[..Math.Min(value.Length, 40)]}: {answer}");
            }
        }

        Assert.True(_wrong.Count == 0, string.Join("\n\n", _wrong));
    }

    /// <summary>Whether a route is also found under the other's address: the last part of some may be left out.</summary>
    private static bool Covers(ApiRoute route, ApiRoute other)
    {
        var (pattern, others) = (route.Pattern.Replace("?}", "}"), other.Pattern.Replace("?}", "}"));
        return pattern == others
            || (route.Pattern.EndsWith("?}", StringComparison.Ordinal) && pattern[..pattern.LastIndexOf('/')] == other.Pattern);
    }

    private static string Nobodys(ApiRoute route) => route.With(parameter => parameter.Name == "id" ? Guid.NewGuid().ToString() : "v1");

    /// <summary>Whoever sends many bad tokens is told to wait a little; then the wait is not what is tested.</summary>
    private async Task<Answer> AskAsync(string method, string path, string? token)
    {
        Answer? answer = null;
        await Eventually.TrueAsync(
            async () =>
            {
                var content = method is "POST" or "PUT" or "PATCH" ? new StringContent("{}", Encoding.UTF8, "application/json") : null;
                (string, string)[] headers = token is null ? [] : [("Authorization", "Bearer " + token)];
                answer = await site.Authority.Client().AskAsync(new HttpMethod(method), path, content, headers);
                return answer.Status != HttpStatusCode.TooManyRequests;
            },
            $"room for {method} {path}",
            TimeSpan.FromMinutes(3)
        );
        return answer!;
    }

    private void Expect(ApiRoute route, string what, Answer answer, HttpStatusCode status)
    {
        if (answer.Status != status || (answer.Body.Length > 0 && answer.MediaType != "application/problem+json"))
            _wrong.Add($"{route} with {what} is not {(int)status}: {answer}");
    }
}

namespace SigningAuthority.IntegrationTests.Routes;

/// <summary>One route of the front door with one of its methods.</summary>
/// <param name="Pattern">"/api/v1/provider/requests/{id}", without a slash at its end.</param>
/// <param name="Parameters">Each with the pattern up to and including it: what a value for it is made by.</param>
/// <param name="Roles">Whose tokens it takes; empty when it asks for a certificate, null when it is public.</param>
/// <param name="IsDescribed">Whether it is meant to stand in /openapi/v1.json.</param>
internal sealed record ApiRoute(
    string Method,
    string Pattern,
    IReadOnlyList<(string Name, string Upto)> Parameters,
    IReadOnlyList<string>? Roles,
    bool IsDescribed
)
{
    public bool TakesTokens => Roles is { Count: > 0 };

    public bool HasBody => Method is "POST" or "PUT" or "PATCH";

    /// <summary>The address with these values in it, without the leading slash.</summary>
    public string With(Func<(string Name, string Upto), string> value)
    {
        var path = Pattern;
        foreach (var parameter in Parameters)
        {
            var mark = parameter.Upto[parameter.Upto.LastIndexOf('{')..];
            path = path.Replace(mark, value(parameter));
        }

        return path.TrimStart('/');
    }

    public override string ToString() => $"{Method} {Pattern}";
}

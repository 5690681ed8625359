namespace SigningAuthority.IntegrationTests.Fixtures;

internal static class ProcessEnvironment
{
    public static Dictionary<string, string> And(this Dictionary<string, string> environment, string name, string value)
    {
        environment[name] = value;
        return environment;
    }

    public static Dictionary<string, string> And(this Dictionary<string, string> environment, IReadOnlyDictionary<string, string>? more)
    {
        foreach (var (name, value) in more ?? new Dictionary<string, string>())
            environment[name] = value;
        return environment;
    }
}

namespace SigningAuthority.IntegrationTests.Fixtures;

internal enum KeyStoreKind
{
    SoftHsm,
    File,
}

/// <summary>What an authority for tests is made of.</summary>
internal sealed record AuthorityOptions
{
    public const string OnlySigner = "signer";

    private static readonly IReadOnlyDictionary<string, string> Nothing = new Dictionary<string, string>();

    public KeyStoreKind Keys { get; init; } = KeyStoreKind.SoftHsm;

    /// <summary>The configuration of all its processes and of the operator's commands.</summary>
    public string CaConfig { get; init; } = Repository.CaConfig;

    /// <summary>Whether Postgres waits for the disk, as in production.</summary>
    public bool IsDurable { get; init; }

    public bool HasApi { get; init; } = true;

    /// <summary>Whether Outreach runs, calling nobody but what its environment allows.</summary>
    public bool HasOutreach { get; init; }

    /// <summary>What Outreach's environment has beyond the usual: a resolver, networks that it may call.</summary>
    public IReadOnlyDictionary<string, string> OutreachEnvironment { get; init; } = Nothing;

    /// <summary>Signers to start: a name, and what its environment has beyond or instead of the usual.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Signers { get; init; } =
        new Dictionary<string, IReadOnlyDictionary<string, string>> { [OnlySigner] = Nothing };

    /// <summary>What the Api's environment has beyond the usual.</summary>
    public IReadOnlyDictionary<string, string> ApiEnvironment { get; init; } = Nothing;
}

using Xunit;

namespace SigningAuthority.IntegrationTests.Fixtures;

/// <summary>Flows of providers and of their phones share one authority, whose keys are in a token.</summary>
[CollectionDefinition(Name)]
public sealed class ProviderFlows : ICollectionFixture<RunningAuthority>
{
    public const string Name = "provider flows";
}

/// <summary>Flows of the factory, of auditors and of access share another, which runs beside it.</summary>
[CollectionDefinition(Name)]
public sealed class FactoryFlows : ICollectionFixture<RunningAuthority>
{
    public const string Name = "factory flows";
}
